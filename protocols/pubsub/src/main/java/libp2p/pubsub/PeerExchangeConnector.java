package libp2p.pubsub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * Connects direct peers, each at any time, and the peers that others have offered by peer exchange in PRUNE; of these a
 * few at a time, the rest is passed over.
 */
final class PeerExchangeConnector {
    private static final System.Logger LOG = System.getLogger(PeerExchangeConnector.class.getName());
    private static final DialOptions DIALING =
            DialOptions.DEFAULT.withTimeout(Duration.ofSeconds(15)).withReason("pubsub");

    private final Host host;
    private final Set<PeerId> direct;
    private final int most;
    private final AtomicInteger under = new AtomicInteger();
    /** Direct peers that are being dialed, which take no place of those that are offered. */
    private final Set<PeerId> directUnder = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** @param most peers that are offered and dialed at the same time */
    PeerExchangeConnector(Host host, Set<PeerId> direct, int most) {
        this.host = host;
        this.direct = direct;
        this.most = most;
    }

    /** The signed records of peers, which are offered to others; null of a peer without one. */
    static Function<PeerId, byte @Nullable []> records(Host host) {
        return peer -> {
            SignedEnvelope envelope = host.peerstore().record(peer);
            return envelope == null ? null : envelope.toBytes();
        };
    }

    /** Never blocks. */
    void connect(PeerId peer, byte @Nullable [] record) {
        if (closed || !begin(peer)) {
            return;
        }
        host.environment().start("pubsub-connect", () -> {
            try {
                if (record != null) {
                    learn(peer, record);
                }
                host.connect(PeerAddress.of(peer), DIALING);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "a peer that was offered is not connected: " + e.getMessage());
            } finally {
                end(peer);
            }
        });
    }

    private boolean begin(PeerId peer) {
        if (direct.contains(peer)) {
            return directUnder.add(peer);
        }
        boolean hasPlace = under.incrementAndGet() <= most;
        if (!hasPlace) {
            under.decrementAndGet();
        }
        return hasPlace;
    }

    private void end(PeerId peer) {
        if (!directUnder.remove(peer)) {
            under.decrementAndGet();
        }
    }

    private void learn(PeerId peer, byte[] record) throws IOException {
        SignedEnvelope envelope = SignedEnvelope.fromBytes(record);
        if (!PeerRecord.open(envelope).peerId().equals(peer)) {
            throw new InvalidRecordException("a record of another peer than " + peer);
        }
        host.peerstore().consume(envelope, Peerstore.TEMPORARY);
    }

    void close() {
        closed = true;
    }
}
