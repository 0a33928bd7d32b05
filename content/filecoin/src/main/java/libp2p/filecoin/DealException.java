package libp2p.filecoin;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** A deal that is not made, or has failed: by what the other side says, by its terms, or by the chain. */
public class DealException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final boolean retryable;

    /**
     * @param message why
     * @param peer the other side, if it was asked
     * @param retryable whether the same deal may be made later
     */
    public DealException(String message, @Nullable PeerId peer, boolean retryable) {
        super("filecoin: " + message, peer, null);
        this.retryable = retryable;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
