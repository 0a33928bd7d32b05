package libp2p.core.connection;

import java.io.IOException;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** An error of the network that knows with whom and in which protocol it happened, and whether another try is worthwhile. */
public abstract class NetworkException extends IOException implements NetworkFailure {
    private static final long serialVersionUID = 1;
    private final Place place;

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
        this.place = new Place(peer, protocol);
    }

    @Override
    public @Nullable PeerId peer() {
        return place.peer();
    }

    @Override
    public @Nullable String protocol() {
        return place.protocol();
    }

    @Override
    public void locate(@Nullable PeerId peer, @Nullable String protocol) {
        place.locate(peer, protocol);
    }

    @Nullable
    String text() {
        return super.getMessage();
    }

    /** What happened, and where, as far as it is known. */
    @Override
    public String getMessage() {
        return place.extend(super.getMessage());
    }
}
