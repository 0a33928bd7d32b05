package libp2p.ipld;

import libp2p.core.failure.NetworkException;
import org.jspecify.annotations.Nullable;

/** Content that is there but is not what it should be: malformed, of another type, beyond a limit. */
public class ContentException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong with what; foreign text escaped */
    public ContentException(String message) {
        super(message);
    }

    /** @param message what is wrong with what; foreign text escaped */
    public ContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
