package libp2p.core.failure;

import java.io.InterruptedIOException;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** The deadline of the operation has passed. */
public class DeadlineExceededException extends InterruptedIOException implements NetworkFailure {
    private static final long serialVersionUID = 1;
    private final FailureContext context;

    /** @param what the operation, for example {@code "read"} */
    public DeadlineExceededException(String what) {
        super("deadline exceeded: " + what);
        this.context = new FailureContext(null, null);
    }

    /** @param peer the remote peer, if {@code what} names it */
    public DeadlineExceededException(String what, @Nullable PeerId peer) {
        super("deadline exceeded: " + what);
        this.context = new FailureContext(peer, null);
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
    public boolean isRetryable() {
        return true;
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
