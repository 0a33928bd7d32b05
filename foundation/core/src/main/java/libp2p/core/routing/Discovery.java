package libp2p.core.routing;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;

/** Announces this host under a namespace and finds others there. Thread-safe. */
public interface Discovery {
    /**
     * Announces this host; blocks.
     *
     * @return for how long the announcement holds
     */
    Duration advertise(String namespace, Deadline deadline) throws IOException;

    /** Searches for peers; each is found at most once. Does not block. */
    Results<PeerAddress> findPeers(String namespace, Deadline deadline);
}
