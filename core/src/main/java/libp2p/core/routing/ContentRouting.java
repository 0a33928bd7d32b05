package libp2p.core.routing;

import java.io.IOException;
import java.util.function.Predicate;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.Cid;

/** Finds and announces who has content. */
public interface ContentRouting {
    /** Announces that this host has the content; blocks until enough peers know. */
    void provide(Cid cid, Deadline deadline) throws IOException;

    /**
     * Gives each provider to the visitor as it is found, on the calling thread; blocks until there are no more, the
     * deadline passes or the visitor returns false.
     */
    void findProviders(Cid cid, Deadline deadline, Predicate<PeerAddress> visitor) throws IOException;
}
