package libp2p.delegated.trustless;

import libp2p.core.failure.NetworkException;
import org.jspecify.annotations.Nullable;

/**
 * A provider sent other bytes than those of the CID, or blocks that were not asked for: it is never to be asked again.
 */
public class WrongBytesException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** The message names the CID and the source. */
    public WrongBytesException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
