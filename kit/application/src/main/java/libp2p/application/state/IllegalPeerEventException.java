package libp2p.application.state;

import libp2p.core.identity.PeerId;

/** An event that a machine does not know in its state; the machine stays as it was. */
public final class IllegalPeerEventException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final PeerState state;
    private final PeerEvent event;

    IllegalPeerEventException(PeerId peer, PeerState state, PeerEvent event) {
        super("peer " + peer + ": the state " + state + " knows no event " + event);
        this.state = state;
        this.event = event;
    }

    /** The state of the machine. */
    public PeerState state() {
        return state;
    }

    /** The event that was sent. */
    public PeerEvent event() {
        return event;
    }
}
