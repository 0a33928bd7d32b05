package libp2p.kad;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A server as a crawl has found it.
 *
 * @param peer that was named by another, or was known
 * @param addresses where it is said to be, without {@code /p2p}
 * @param reachable whether it has answered
 */
public record CrawledPeer(PeerId peer, List<Multiaddr> addresses, boolean reachable) {
    public CrawledPeer {
        addresses = List.copyOf(addresses);
    }
}
