package libp2p.core.routing;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;

/** Announces this host under a namespace and finds others there. */
public interface Discovery {
    /** Announces this host; returns for how long it holds. */
    Duration advertise(String namespace, Deadline deadline) throws IOException;

    /** Gives each peer to the visitor as it is found, on the calling thread, until the visitor returns false. */
    void findPeers(String namespace, Deadline deadline, Predicate<PeerAddress> visitor) throws IOException;
}
