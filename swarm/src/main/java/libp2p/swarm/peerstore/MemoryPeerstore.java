package libp2p.swarm.peerstore;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A peerstore that forgets with the process. When it is full the peer that was used longest ago and has no address of
 * unlimited life (is not connected) is forgotten. Thread-safe.
 */
public final class MemoryPeerstore implements Peerstore {
    /**
     * Bounds of the peerstore.
     *
     * @param peers peers that are known
     * @param addresses addresses of one peer
     * @param addressBytes bytes of one address
     * @param protocols protocols of one peer
     * @param protocolBytes characters of one protocol
     * @param metadata values of one peer
     * @param metadataBytes characters of one key and its value
     */
    public record Limits(
            int peers,
            int addresses,
            int addressBytes,
            int protocols,
            int protocolBytes,
            int metadata,
            int metadataBytes) {
        public static final Limits DEFAULT = new Limits(100_000, 64, 256, 1024, 256, 32, 1024);
    }

    private final Environment environment;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, PeerEntry> entries = new LinkedHashMap<>(16, 0.75f, true);

    public MemoryPeerstore(Environment environment) {
        this(environment, Limits.DEFAULT);
    }

    public MemoryPeerstore(Environment environment, Limits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    private PeerEntry entry(PeerId peer) {
        PeerEntry entry = entries.get(peer);
        if (entry == null) {
            entry = new PeerEntry(limits);
            entries.put(peer, entry);
            if (entries.size() > limits.peers()) {
                forgetOne(peer);
            }
        }
        return entry;
    }

    /** Looks at a bounded number of the least recently used peers, and forgets one even if all of those are connected. */
    private void forgetOne(PeerId except) {
        PeerId oldest = null;
        int looked = 0;
        for (var candidate : entries.entrySet()) {
            if (candidate.getKey().equals(except)) {
                continue;
            }
            if (oldest == null) {
                oldest = candidate.getKey();
            }
            if (!candidate.getValue().addresses.isConnected() || ++looked >= 64) {
                oldest = candidate.getKey();
                break;
            }
        }
        if (oldest != null) {
            entries.remove(oldest);
        }
    }

    @Override
    public void addAddresses(PeerId peer, List<Multiaddr> addresses, Source source, Duration lifetime) {
        lock.lock();
        try {
            long now = environment.nanoTime();
            PeerEntry entry = entry(peer);
            addresses.forEach(address -> entry.addresses.add(address, source, false, lifetime, now));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<KnownAddress> knownAddresses(PeerId peer) {
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            return entry == null ? List.of() : entry.addresses.live(environment.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void expireAddresses(PeerId peer, Duration lifetime) {
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            if (entry != null) {
                entry.addresses.shorten(lifetime, environment.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void clearAddresses(PeerId peer) {
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            if (entry != null) {
                entry.addresses.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean consume(SignedEnvelope envelope, Duration lifetime) {
        PeerRecord record;
        try {
            record = PeerRecord.open(envelope);
        } catch (java.io.IOException notARecord) {
            return false;
        }
        lock.lock();
        try {
            PeerEntry entry = entry(record.peerId());
            if (entry.record != null && Long.compareUnsigned(record.sequence(), entry.recordSequence) < 0) {
                return false;
            }
            entry.record = envelope;
            entry.recordSequence = record.sequence();
            entry.addresses.replaceCertified(record.addresses(), lifetime, environment.nanoTime());
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable SignedEnvelope record(PeerId peer) {
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            return entry == null ? null : entry.record;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable PublicKey publicKey(PeerId peer) {
        PublicKey inline = peer.extractKey();
        if (inline != null) {
            return inline;
        }
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            return entry == null ? null : entry.key;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void addKey(PeerId peer, PublicKey key) {
        if (!key.peerId().equals(peer)) {
            throw new IllegalArgumentException("the key is that of " + key.peerId() + ", not of " + peer);
        }
        lock.lock();
        try {
            entry(peer).key = key;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<String> protocols(PeerId peer) {
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            return entry == null ? List.of() : entry.protocols;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setProtocols(PeerId peer, List<String> protocols) {
        List<String> kept = protocols.stream()
                .filter(protocol -> protocol.length() <= limits.protocolBytes())
                .limit(limits.protocols())
                .distinct()
                .sorted()
                .toList();
        lock.lock();
        try {
            entry(peer).protocols = kept;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable String metadata(PeerId peer, String key) {
        lock.lock();
        try {
            PeerEntry entry = entries.get(peer);
            return entry == null ? null : entry.metadata.get(key);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void putMetadata(PeerId peer, String key, String value) {
        if (key.length() + value.length() > limits.metadataBytes()) {
            return;
        }
        lock.lock();
        try {
            PeerEntry entry = entry(peer);
            if (entry.metadata.size() < limits.metadata() || entry.metadata.containsKey(key)) {
                entry.metadata.put(key, value);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<PeerId> peers() {
        lock.lock();
        try {
            return entries.keySet().stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(PeerId peer) {
        lock.lock();
        try {
            entries.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            entries.clear();
        } finally {
            lock.unlock();
        }
    }
}
