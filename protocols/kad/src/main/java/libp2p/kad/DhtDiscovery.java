package libp2p.kad;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;

/**
 * Peers that offer the same, found as providers of a key that is made of its name: the version 1 CID, raw, with the
 * SHA2-256 of the namespace, as go-libp2p makes it. Thread-safe.
 */
public final class DhtDiscovery implements Discovery {
    /** An announcement should be made again after so long; the network keeps it for longer. */
    public static final Duration HOLDS = Duration.ofHours(3);

    private final ContentRouting routing;

    /** @param routing for example {@code host.find(Dht.class).orElseThrow()} */
    public DhtDiscovery(ContentRouting routing) {
        this.routing = routing;
    }

    /** The content that stands for a namespace. */
    public static Cid keyOf(String namespace) {
        return Cid.v1(Multicodec.RAW, Multihash.sha256(namespace.getBytes(UTF_8)));
    }

    @Override
    public Duration advertise(String namespace, Deadline deadline) throws IOException {
        routing.provide(keyOf(namespace), deadline);
        return HOLDS;
    }

    @Override
    public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
        return routing.findProviders(keyOf(namespace), deadline);
    }
}
