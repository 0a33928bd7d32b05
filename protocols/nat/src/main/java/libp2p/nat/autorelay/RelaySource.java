package libp2p.nat.autorelay;

import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/** Knows peers that may be relays. */
@FunctionalInterface
public interface RelaySource {
    /** Some that may be relays, best first; may block until the deadline. */
    List<PeerAddress> find(Host host, int most, Deadline deadline);
}
