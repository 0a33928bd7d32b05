package libp2p.autotls;

import java.time.Duration;
import libp2p.core.failure.NetworkException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** An attempt to get a certificate has failed; it tells what helps. */
public final class AutoTlsException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** Characters of a reason that a server gives. */
    private static final int REASON = 300;

    private final String cure;
    private final @Nullable Duration retryAfter;

    AutoTlsException(String message, String cure, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.cure = cure;
        this.retryAfter = retryAfter;
    }

    AutoTlsException(String message, String cure) {
        this(message, cure, null, null);
    }

    /** The reason that a server gives, safe for messages. */
    static String reason(String text) {
        return MalformedException.quote(text.strip(), REASON);
    }

    /** Every attempt is made again, after a pause. */
    @Override
    public boolean isRetryable() {
        return true;
    }

    /** The next step of the owner of the host, or why there is none. */
    public String cure() {
        return cure;
    }

    /** How long the server wants to be left alone; null if it has not said. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
