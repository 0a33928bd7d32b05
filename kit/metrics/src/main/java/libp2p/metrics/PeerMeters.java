package libp2p.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.identity.PeerId;

/**
 * The traffic of the peers that had a stream last. A peer that falls out loses its meters and starts from zero when it
 * comes back; its bytes stay in those of the protocols. Thread-safe.
 */
final class PeerMeters {
    private record Entry(Traffic traffic, List<Meter> meters) {}

    private final MeterRegistry registry;
    private final int maximum;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, Entry> peers = new LinkedHashMap<>();

    PeerMeters(MeterRegistry registry, int maximum) {
        this.registry = registry;
        this.maximum = maximum;
    }

    /** The counter for the traffic of a peer that opens a stream, or to which one is opened. */
    Traffic traffic(PeerId peer) {
        lock.lock();
        try {
            Entry entry = peers.remove(peer);
            if (entry == null && maximum == 0) {
                return new Traffic();
            }
            if (entry == null) {
                if (peers.size() == maximum) {
                    peers.pollFirstEntry().getValue().meters().forEach(registry::remove);
                }
                entry = register(peer);
            }
            peers.putLast(peer, entry);
            return entry.traffic();
        } finally {
            lock.unlock();
        }
    }

    private Entry register(PeerId peer) {
        Traffic traffic = new Traffic();
        return new Entry(
                traffic,
                List.of(
                        FunctionCounter.builder(Names.PEER_TRAFFIC, traffic, t -> t.in.sum())
                                .description("Payload bytes of the peers that had a stream last")
                                .baseUnit("bytes")
                                .tags("dir", "inbound", "peer", peer.toString())
                                .register(registry),
                        FunctionCounter.builder(Names.PEER_TRAFFIC, traffic, t -> t.out.sum())
                                .description("Payload bytes of the peers that had a stream last")
                                .baseUnit("bytes")
                                .tags("dir", "outbound", "peer", peer.toString())
                                .register(registry)));
    }
}
