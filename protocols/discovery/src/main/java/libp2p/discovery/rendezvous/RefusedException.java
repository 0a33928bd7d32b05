package libp2p.discovery.rendezvous;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** A meeting point refused a registration or a question, and said why. */
public final class RefusedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final Status status;

    RefusedException(@Nullable PeerId point, String what, Status status, String text) {
        super(
                "the rendezvous point refused " + what + ": " + status
                        + (text.isEmpty() ? "" : ", " + MalformedException.quote(text)),
                point,
                RendezvousMessage.PROTOCOL);
        this.status = status;
    }

    /** Why. */
    public Status status() {
        return status;
    }

    @Override
    public boolean isRetryable() {
        return status == Status.INTERNAL_ERROR || status == Status.UNAVAILABLE;
    }
}
