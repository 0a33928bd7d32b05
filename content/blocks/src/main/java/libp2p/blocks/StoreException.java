package libp2p.blocks;

import libp2p.core.failure.NetworkException;
import org.jspecify.annotations.Nullable;

/** The store on the disk cannot do what it is asked: damaged, full, locked, closed. */
public class StoreException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param message which store, and what is wrong with it */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
