package libp2p.pubsub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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
 * Connects the peers that others have offered by peer exchange in PRUNE, and direct peers; a few at a time, the rest is
 * passed over.
 */
final class PeerExchangeConnector {
    private static final System.Logger LOG = System.getLogger(PeerExchangeConnector.class.getName());
    private static final DialOptions DIALING =
            DialOptions.DEFAULT.withTimeout(Duration.ofSeconds(15)).withReason("pubsub");

    private final Host host;
    private final int most;
    private final AtomicInteger under = new AtomicInteger();
    private volatile boolean closed;

    PeerExchangeConnector(Host host, int most) {
        this.host = host;
        this.most = most;
    }

    /** Never blocks. */
    void connect(PeerId peer, byte @Nullable [] record) {
        if (closed || under.incrementAndGet() > most) {
            under.decrementAndGet();
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
                under.decrementAndGet();
            }
        });
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
