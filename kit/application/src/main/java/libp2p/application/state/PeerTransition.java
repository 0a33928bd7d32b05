package libp2p.application.state;

/**
 * A step of a machine.
 *
 * @param from the state before
 * @param event that was sent
 * @param to the state after
 */
public record PeerTransition(PeerState from, PeerEvent event, PeerState to) {
    @Override
    public String toString() {
        return from + " -> " + to + " (" + event + ")";
    }
}
