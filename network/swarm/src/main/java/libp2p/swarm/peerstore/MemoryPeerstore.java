package libp2p.swarm.peerstore;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A peerstore that forgets with the process. A peer's description of itself is forgotten some time after it has gone,
 * with the last of its addresses; of a peer that is neither connected nor named by a user only a bounded part is kept.
 * When the store is full, strangers are forgotten first, the heaviest of those used longest ago; peers that this host
 * has reached once have half of it to themselves, and those that are connected or have an address from a user go last.
 * Thread-safe.
 */
public final class MemoryPeerstore implements Peerstore {

    private final Environment environment;
    private final PeerstoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final PeerTable table;

    /** PeerstoreLimits by the heap of this process; no listener hears of forgotten peers. */
    public MemoryPeerstore(Environment environment) {
        this(environment, PeerstoreLimits.ofThisProcess());
    }

    /** PeerstoreLimits of the caller; no listener hears of forgotten peers. */
    public MemoryPeerstore(Environment environment, PeerstoreLimits limits) {
        this(environment, limits, peer -> {});
    }

    /** @param changed hears, with the lock held, which peers were changed or forgotten; must not block */
    MemoryPeerstore(Environment environment, PeerstoreLimits limits, Consumer<PeerId> changed) {
        this.environment = environment;
        this.limits = limits;
        this.table = new PeerTable(limits, changed);
    }

    /** The entry of a peer in the form of the disk, or null. */
    byte @Nullable [] encoded(PeerId peer) {
        Instant wallClock = environment.wallClock();
        return this.<byte @Nullable []>find(
                peer,
                null,
                entry -> entry.isEmpty() ? null : PeerCodec.encode(entry, environment.nanoTime(), wallClock));
    }

    /** Takes over what was on the disk; false if its time is over. */
    boolean restore(PeerId peer, byte[] encoded, StoredPeer.Moment now) throws IOException {
        StoredPeer stored = StoredPeer.of(encoded, now);
        PeerEntry entry;
        if (stored == null) {
            entry = new PeerEntry(limits);
            PeerCodec.decode(encoded, entry, limits, now);
        } else {
            entry = new PeerEntry(limits, stored);
        }
        lock.lock();
        try {
            return table.restore(peer, entry, now.nanos());
        } finally {
            lock.unlock();
        }
    }

    /** Changes what is known about a peer, which may be nothing yet. */
    private void change(PeerId peer, Consumer<PeerEntry> change) {
        lock.lock();
        try {
            PeerEntry entry = table.get(peer);
            if (entry == null) {
                entry = new PeerEntry(limits);
            }
            change.accept(entry);
            table.settle(peer, entry, environment.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Looks something up; {@code absent} if the peer is not known. */
    private <T extends @Nullable Object> T find(PeerId peer, T absent, Function<PeerEntry, T> look) {
        lock.lock();
        try {
            PeerEntry entry = table.get(peer);
            if (entry == null) {
                return absent;
            }
            entry.expire(environment.nanoTime());
            return look.apply(entry);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void addAddresses(PeerId peer, List<Multiaddr> addresses, Source source, Duration lifetime) {
        long now = environment.nanoTime();
        change(peer, entry -> addresses.forEach(address -> entry.addresses.add(address, source, false, lifetime, now)));
    }

    @Override
    public List<KnownAddress> knownAddresses(PeerId peer) {
        return find(peer, List.of(), entry -> entry.addresses.live(environment.nanoTime()));
    }

    @Override
    public void dialed(PeerId peer, Multiaddr address, boolean success) {
        Instant now = environment.wallClock();
        change(peer, entry -> entry.addresses.dialed(address, success, now));
    }

    @Override
    public DialHistory history(PeerId peer, Multiaddr address) {
        return find(peer, DialHistory.NONE, entry -> entry.addresses.history(address));
    }

    @Override
    public void expireAddresses(PeerId peer, Duration lifetime) {
        change(peer, entry -> entry.shorten(lifetime, environment.nanoTime()));
    }

    @Override
    public void clearAddresses(PeerId peer) {
        change(peer, entry -> entry.addresses.clear());
    }

    @Override
    public boolean consume(SignedEnvelope envelope, Duration lifetime, Predicate<Multiaddr> wanted) {
        PeerRecord record;
        try {
            record = PeerRecord.open(envelope);
        } catch (IOException notARecord) {
            return false;
        }
        boolean[] taken = {false};
        change(record.peerId(), entry -> {
            if (!entry.isNewerThan(record.sequence())) {
                entry.addresses.replaceCertified(
                        record.addresses().stream().filter(wanted).toList(), lifetime, environment.nanoTime());
                entry.record(envelope, record.sequence());
                taken[0] = true;
            }
        });
        return taken[0];
    }

    @Override
    public @Nullable SignedEnvelope record(PeerId peer) {
        return this.<@Nullable SignedEnvelope>find(peer, null, PeerEntry::record);
    }

    @Override
    public @Nullable PublicKey publicKey(PeerId peer) {
        PublicKey inline = peer.extractKey();
        return inline == null ? this.<@Nullable PublicKey>find(peer, null, PeerEntry::key) : inline;
    }

    @Override
    public void addKey(PeerId peer, PublicKey key) {
        if (!key.peerId().equals(peer)) {
            throw new IllegalArgumentException("the key is that of " + key.peerId() + ", not of " + peer);
        }
        if (!peer.isInline()) { // a key that matches an inlining id is in it
            change(peer, entry -> {
                entry.key(key);
                entry.claimed();
            });
        }
    }

    @Override
    public List<String> protocols(PeerId peer) {
        return find(peer, List.of(), PeerEntry::protocols);
    }

    @Override
    public void setProtocols(PeerId peer, List<String> protocols) {
        List<String> kept = protocols.stream()
                .filter(protocol -> protocol.length() <= limits.protocolBytes())
                .limit(limits.protocols())
                .distinct()
                .sorted()
                .toList();
        change(peer, entry -> {
            entry.protocols(kept);
            entry.claimed();
        });
    }

    @Override
    public @Nullable String metadata(PeerId peer, String key) {
        return this.<@Nullable String>find(peer, null, entry -> entry.metadata(key));
    }

    @Override
    public void putMetadata(PeerId peer, String key, String value) {
        if (key.length() + value.length() <= limits.metadataBytes()) {
            change(peer, entry -> {
                entry.metadata(key, value, limits.metadata());
                entry.claimed();
            });
        }
    }

    @Override
    public List<PeerId> peers() {
        lock.lock();
        try {
            return table.peers(environment.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(PeerId peer) {
        lock.lock();
        try {
            table.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of heap that the store takes, about; never above the limit. */
    public long bytes() {
        lock.lock();
        try {
            return table.weight();
        } finally {
            lock.unlock();
        }
    }

    /** Number of signed records. */
    public int records() {
        lock.lock();
        try {
            return table.records();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            table.clear();
        } finally {
            lock.unlock();
        }
    }
}
