package libp2p.core.connection;

import java.io.InterruptedIOException;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** The deadline of the operation has passed. */
public class DeadlineExceededException extends InterruptedIOException implements NetworkFailure {
    private static final long serialVersionUID = 1;
    private final Place place;

    /** @param what the operation, for example {@code "read"} */
    public DeadlineExceededException(String what) {
        super("deadline exceeded: " + what);
        this.place = new Place(null, null);
    }

    /** @param peer the remote peer, if {@code what} names it */
    public DeadlineExceededException(String what, @Nullable PeerId peer) {
        super("deadline exceeded: " + what);
        this.place = new Place(peer, null);
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
    public boolean isRetryable() {
        return true;
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
