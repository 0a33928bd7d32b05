package libp2p.discovery.pubsub;

import java.util.List;
import libp2p.core.event.HostEvent;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A peer has said on a topic where it is.
 *
 * @param peer that has announced itself
 * @param addresses without {@code /p2p}; none is proved
 * @param topic on which it came
 */
public record PeerAnnounced(PeerId peer, List<Multiaddr> addresses, String topic) implements HostEvent {
    public PeerAnnounced {
        addresses = List.copyOf(addresses);
    }
}
