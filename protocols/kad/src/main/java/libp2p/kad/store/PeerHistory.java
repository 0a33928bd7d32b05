package libp2p.kad.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * History of the answers of peers, earlier runs of the host included: lookups begin with those that answered soon and
 * well. Of too many peers the one that was asked longest ago is forgotten, and a peer of which the disk holds nothing leaves
 * nothing to be written, however long it is until the next {@link #save}. Thread-safe; {@link #open} and {@link #save}
 * block for the disk.
 */
public final class PeerHistory {
    /** The cost of a request to a peer that never answers, as a latency. */
    private static final long FAILURE_NANOS = Duration.ofSeconds(2).toNanos();

    /** Beyond so many the old answers and failures count half, so that a peer may change. */
    private static final int RECENT = 32;

    private static final byte[] PREFIX = {'h'};
    private static final int VALUE = 2 * Integer.BYTES + Long.BYTES;
    private static final Duration LAZILY = Duration.ofMinutes(1);

    private record Past(int answers, int failures, long latency) {
        Past answered(long nanos) {
            long mean = latency == 0 || nanos == 0 ? Math.max(latency, nanos) : (4 * latency + nanos) / 5;
            return new Past(answers + 1, failures, mean).recent();
        }

        Past failed() {
            return new Past(answers, failures + 1, latency).recent();
        }

        private Past recent() {
            return answers + failures <= RECENT ? this : new Past(answers / 2, failures / 2, latency);
        }
    }

    private static final Past NOTHING = new Past(0, 0, 0);

    private final Datastore datastore;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<PeerId, Past> peers = new LinkedHashMap<>(16, 0.75f, true);
    /** Peers to be written or deleted: they are remembered, or the disk holds them, so at most twice as many as that. */
    private final Set<PeerId> changed = new HashSet<>();

    /** Peers that the disk holds. */
    private final Set<PeerId> stored = new HashSet<>();

    private PeerHistory(Datastore datastore, int most) {
        this.datastore = datastore;
        this.most = most;
    }

    /**
     * Opens the history that the datastore holds.
     *
     * @param most peers that are remembered
     */
    public static PeerHistory open(Datastore datastore, int most) throws IOException {
        PeerHistory history = new PeerHistory(datastore, most);
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                PeerId peer = peerOf(entry.key());
                if (peer != null && entry.value().length == VALUE) {
                    ByteBuffer value = ByteBuffer.wrap(entry.value());
                    history.peers.put(peer, new Past(value.getInt(), value.getInt(), value.getLong()));
                    history.stored.add(peer);
                }
            }
        }
        history.forgetOldest();
        if (!history.changed.isEmpty()) {
            history.save(); // the disk held more than are remembered now
        }
        return history;
    }

    private static @Nullable PeerId peerOf(byte[] name) {
        try {
            return PeerId.fromBytes(Arrays.copyOfRange(name, PREFIX.length, name.length));
        } catch (MalformedException e) {
            return null;
        }
    }

    /**
     * A peer has answered.
     *
     * @param nanos within which, 0 if that was not measured
     */
    public void answered(PeerId peer, long nanos) {
        update(peer, true, nanos);
    }

    /** A peer could not be reached, or did not answer as it should. */
    public void failed(PeerId peer) {
        update(peer, false, 0);
    }

    private void update(PeerId peer, boolean answered, long nanos) {
        lock.lock();
        try {
            Past past = peers.getOrDefault(peer, NOTHING);
            peers.put(peer, answered ? past.answered(nanos) : past.failed());
            changed.add(peer);
            forgetOldest();
        } finally {
            lock.unlock();
        }
    }

    private void forgetOldest() {
        while (peers.size() > most) {
            Map.Entry<PeerId, Past> oldest = peers.firstEntry();
            peers.remove(oldest.getKey());
            if (stored.contains(oldest.getKey())) {
                changed.add(oldest.getKey());
            } else {
                changed.remove(oldest.getKey());
            }
        }
    }

    /**
     * The expected cost of a request to a peer, in nanoseconds: its latency, and more the more often it failed; 0 if
     * nothing is known of it.
     */
    public long expected(PeerId peer) {
        lock.lock();
        try {
            Past past = peers.get(peer);
            if (past == null) {
                return 0;
            }
            int all = past.answers() + past.failures();
            return past.latency() + FAILURE_NANOS * past.failures() / (all + 1);
        } finally {
            lock.unlock();
        }
    }

    /** Writes the changes; those of a write that fails are not written again. */
    public void save() throws IOException {
        List<Datastore.Change> changes = new ArrayList<>();
        lock.lock();
        try {
            for (PeerId peer : changed) {
                byte[] id = peer.toBytes();
                byte[] name = ByteBuffer.allocate(PREFIX.length + id.length)
                        .put(PREFIX)
                        .put(id)
                        .array();
                Past past = peers.get(peer);
                byte[] value = past == null
                        ? null
                        : ByteBuffer.allocate(VALUE)
                                .putInt(past.answers())
                                .putInt(past.failures())
                                .putLong(past.latency())
                                .array();
                changes.add(new Datastore.Change(name, value));
                if (past == null) {
                    stored.remove(peer);
                } else {
                    stored.add(peer);
                }
            }
            changed.clear();
        } finally {
            lock.unlock();
        }
        Batches.writeLazily(datastore, changes, LAZILY);
    }

    /** The number of peers that are remembered. */
    public int size() {
        lock.lock();
        try {
            return peers.size();
        } finally {
            lock.unlock();
        }
    }
}
