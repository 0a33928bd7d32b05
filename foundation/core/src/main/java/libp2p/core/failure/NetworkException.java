package libp2p.core.failure;

import java.io.IOException;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * An error of the network that knows with whom and in which protocol it happened, and whether another try is
 * worthwhile.
 */
public abstract class NetworkException extends IOException implements NetworkFailure {
    private static final long serialVersionUID = 1;
    private final FailureContext context;

    /** @param message what happened; hostile text escaped */
    protected NetworkException(String message) {
        this(message, null, null);
    }

    /** @param cause of the error, if there is one */
    protected NetworkException(String message, @Nullable Throwable cause) {
        this(message, null, null);
        initCause(cause);
    }

    /**
     * @param peer the remote peer, if the message names it
     * @param protocol the protocol, if the message names it
     */
    protected NetworkException(String message, @Nullable PeerId peer, @Nullable String protocol) {
        super(message);
        this.context = new FailureContext(peer, protocol);
    }

    @Override
    public @Nullable PeerId peer() {
        return context.peer();
    }

    @Override
    public @Nullable String protocol() {
        return context.protocol();
    }

    @Override
    public void addContext(@Nullable PeerId peer, @Nullable String protocol) {
        context.addContext(peer, protocol);
    }

    @Nullable
    String text() {
        return super.getMessage();
    }

    /** The failure, and where it happened as far as that is known. */
    @Override
    public String getMessage() {
        return context.extend(super.getMessage());
    }
}
