package libp2p.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The client of a request has left, so that nobody waits for the answer. */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1;

    /** With what told that it has left, or null. */
    public ClientGoneException(@Nullable Throwable cause) {
        super("the client has left", cause);
    }
}
