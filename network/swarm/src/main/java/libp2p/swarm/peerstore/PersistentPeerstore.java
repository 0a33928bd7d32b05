package libp2p.swarm.peerstore;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A peerstore that outlives the process. All of it is in memory, within the bounds of {@link MemoryPeerstore}; what
 * changes is written behind, after {@link Options#delay} at the latest, so that no method but {@link #flush} and {@link
 * #close} waits for the disk. Flushed changes survive any end of the process; a sudden end costs the changes of the
 * last moments. A disk that is full or read-only costs persistence, told in the log, and nothing else. Thread-safe.
 */
public final class PersistentPeerstore implements Peerstore {
    /**
     * Options by which changes are written.
     *
     * @param delay the time to gather changes
     * @param batch peers that are written at once
     * @param retry the time to the next attempt when writing failed
     */
    public record Options(Duration delay, int batch, Duration retry) {
        /** The defaults. */
        public static final Options DEFAULT = new Options(Duration.ofSeconds(1), 500, Duration.ofSeconds(30));
    }

    private static final System.Logger LOG = System.getLogger(PersistentPeerstore.class.getName());
    /** Peers whose time is over that one start takes off the disk. */
    private static final int LOAD_REMOVALS = 10_000;

    private static final byte[] PREFIX = "peers/".getBytes(StandardCharsets.UTF_8);

    private final Datastore datastore;
    private final MemoryPeerstore memory;
    private final PeerJournal journal;

    private PersistentPeerstore(Environment environment, Datastore datastore, PeerstoreLimits limits, Options options) {
        this.datastore = datastore;
        journal = new PeerJournal(environment, datastore, options, this::encoded, 2 * limits.peers());
        memory = new MemoryPeerstore(environment, limits, journal::note);
    }

    private byte @Nullable [] encoded(PeerId peer) {
        return memory.encoded(peer);
    }

    /** As {@link #open(Environment, Datastore, PeerstoreLimits, Options)} with the defaults for the heap of this process. */
    public static PersistentPeerstore open(Environment environment, Datastore datastore) throws IOException {
        return open(environment, datastore, PeerstoreLimits.ofThisProcess(), Options.DEFAULT);
    }

    /**
     * Reads which peers there are from a datastore, and what is known of each when it is first used; blocks for the
     * disk. An entry that cannot be read is passed over. The peerstore closes the datastore.
     */
    public static PersistentPeerstore open(
            Environment environment, Datastore datastore, PeerstoreLimits limits, Options options) throws IOException {
        PersistentPeerstore store = new PersistentPeerstore(environment, datastore, limits, options);
        store.load(environment);
        environment.start("peerstore writer", store.journal);
        return store;
    }

    private void load(Environment environment) throws IOException {
        int damaged = 0;
        StoredPeer.Moment now = StoredPeer.Moment.now(environment);
        List<PeerId> over = new ArrayList<>();
        try (Entries entries = datastore.scan(PREFIX)) {
            Entry entry;
            while ((entry = entries.next()) != null) {
                try {
                    byte[] id = Arrays.copyOfRange(entry.key(), PREFIX.length, entry.key().length);
                    PeerId peer = PeerId.fromBytes(id);
                    if (!memory.restore(peer, entry.value(), now) && over.size() < LOAD_REMOVALS) {
                        over.add(peer);
                    }
                } catch (IOException | IllegalArgumentException e) {
                    damaged++;
                }
            }
        }
        over.forEach(journal::note);
        if (damaged > 0) {
            LOG.log(Level.WARNING, damaged + " peers on the disk could not be read");
        }
    }

    static byte[] key(PeerId peer) {
        byte[] id = peer.toBytes();
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + id.length);
        System.arraycopy(id, 0, key, PREFIX.length, id.length);
        return key;
    }

    /**
     * Waits until everything that has changed so far is on the disk.
     *
     * @throws IOException if it cannot be written; it will be tried again
     */
    public void flush() throws IOException {
        journal.flush();
    }

    @Override
    public void addAddresses(PeerId peer, List<Multiaddr> addresses, Source source, Duration lifetime) {
        memory.addAddresses(peer, addresses, source, lifetime);
    }

    @Override
    public List<KnownAddress> knownAddresses(PeerId peer) {
        return memory.knownAddresses(peer);
    }

    @Override
    public void dialed(PeerId peer, Multiaddr address, boolean success) {
        memory.dialed(peer, address, success);
    }

    @Override
    public DialHistory history(PeerId peer, Multiaddr address) {
        return memory.history(peer, address);
    }

    @Override
    public void expireAddresses(PeerId peer, Duration lifetime) {
        memory.expireAddresses(peer, lifetime);
    }

    @Override
    public void clearAddresses(PeerId peer) {
        memory.clearAddresses(peer);
    }

    @Override
    public boolean consume(SignedEnvelope envelope, Duration lifetime, Predicate<Multiaddr> wanted) {
        return memory.consume(envelope, lifetime, wanted);
    }

    @Override
    public @Nullable SignedEnvelope record(PeerId peer) {
        return memory.record(peer);
    }

    @Override
    public @Nullable PublicKey publicKey(PeerId peer) {
        return memory.publicKey(peer);
    }

    @Override
    public void addKey(PeerId peer, PublicKey key) {
        memory.addKey(peer, key);
    }

    @Override
    public List<String> protocols(PeerId peer) {
        return memory.protocols(peer);
    }

    @Override
    public void setProtocols(PeerId peer, List<String> protocols) {
        memory.setProtocols(peer, protocols);
    }

    @Override
    public @Nullable String metadata(PeerId peer, String key) {
        return memory.metadata(peer, key);
    }

    @Override
    public void putMetadata(PeerId peer, String key, String value) {
        memory.putMetadata(peer, key, value);
    }

    @Override
    public List<PeerId> peers() {
        return memory.peers();
    }

    @Override
    public void remove(PeerId peer) {
        memory.remove(peer);
    }

    /** Flushes, then closes the datastore; failed writes are told in the log. Idempotent. */
    @Override
    public void close() {
        try {
            journal.flush();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the peerstore: " + e.getMessage());
        }
        journal.close();
        memory.close();
        try {
            datastore.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the peerstore: " + e.getMessage());
        }
    }
}
