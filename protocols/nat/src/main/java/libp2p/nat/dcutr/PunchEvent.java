package libp2p.nat.dcutr;

import java.time.Duration;
import libp2p.core.event.HostEvent;
import libp2p.core.identity.PeerId;

/**
 * An attempt to replace a relayed connection by a direct one has ended.
 *
 * @param peer at the other end
 * @param via which way was tried
 * @param attempt 0 for a reversal, 1 to 3 for punches
 * @param result how it ended
 * @param after since the relayed connection was made
 */
public record PunchEvent(PeerId peer, Via via, int attempt, Result result, Duration after) implements HostEvent {
    /** The ways to a direct connection. */
    public enum Via {
        /** The peer seemed to be public and was dialed. */
        REVERSAL,
        /** Both dialed at the same moment. */
        PUNCH
    }

    /** The ends of an attempt. */
    public enum Result {
        /** There is a direct connection. */
        CONNECTED,
        /** No direct connection was made. */
        FAILED,
        /** One of both has no address that the other may dial. */
        NO_ADDRESSES,
        /** The peer does not speak the protocol, or broke it off. */
        REFUSED
    }
}
