package libp2p.discovery.mdns;

import java.util.List;
import libp2p.core.event.HostEvent;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A peer is on a local network, or has more addresses there than were known.
 *
 * @param peer that was found
 * @param addresses all that are known now, without {@code /p2p}; none is proved
 */
public record PeerDiscovered(PeerId peer, List<Multiaddr> addresses) implements HostEvent {
    public PeerDiscovered {
        addresses = List.copyOf(addresses);
    }
}
