package libp2p.stores;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The leases of this node, each with a record in the store that the other nodes see, and that is renewed while the
 * lease is open. A collection removes nothing that is dated after the oldest lease that was open when it began: its
 * horizon. All times are those of the store. Leases that begin within a minute share a record. Thread-safe.
 */
final class SharedLeases implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SharedLeases.class.getName());
    private static final Duration SHARED = Duration.ofMinutes(1);
    private static final int RENEWALS = 6;

    /** The records of all nodes. */
    interface Records {
        /**
         * Makes a record, then removes those that were not renewed in time, then looks at the others.
         *
         * @return when the oldest of them began, this one included
         */
        Instant begin(String id) throws IOException;

        /** Renews a record; false if it is there no more. Never makes one. */
        boolean renew(String id) throws IOException;

        /** Whether a record is there: no collection that has begun so far has passed it over. */
        boolean holds(String id) throws IOException;

        /** Removes a record. */
        void end(String id) throws IOException;
    }

    /** Dates blocks of this store that are here anew. */
    @FunctionalInterface
    interface Dating {
        void date(Collection<Multihash> hashes) throws IOException;
    }

    private static final class Entry {
        final String id;
        final long begun;
        Instant horizon = Instant.MIN;
        int users = 1;

        @Nullable
        StoreException failure;

        Entry(String id, long begun) {
            this.id = id;
            this.begun = begun;
        }
    }

    private final Environment environment;
    private final SharedStoreLimits limits;
    private final Records records;
    private final Dating dating;
    private final RepeatingTimer renewals;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> open = new HashMap<>();
    private @Nullable Entry latest;

    SharedLeases(Environment environment, SharedStoreLimits limits, Records records, Dating dating) {
        this.environment = environment;
        this.limits = limits;
        this.records = records;
        this.dating = dating;
        renewals = new RepeatingTimer(environment, this::renew);
    }

    /**
     * Opens a lease; blocks. One that could not be recorded fails what relies on it: {@link #check}, {@link #horizon}
     * and {@link BlockStore.Lease#keep}.
     */
    BlockStore.Lease take() {
        Entry entry = shared();
        if (entry == null) {
            byte[] random = new byte[16];
            environment.secureRandom(random);
            entry = new Entry(HexFormat.of().formatHex(random), environment.nanoTime());
            begin(entry);
        }
        return new Held(entry);
    }

    private @Nullable Entry shared() {
        lock.lock();
        try {
            Entry last = latest;
            if (last == null
                    || last.users == 0
                    || last.failure != null
                    || environment.nanoTime() - last.begun > SHARED.toNanos()) {
                return null;
            }
            last.users++;
            return last;
        } finally {
            lock.unlock();
        }
    }

    private void begin(Entry entry) {
        Instant horizon = Instant.MIN;
        StoreException failure = null;
        try {
            horizon = records.begin(entry.id);
        } catch (IOException e) {
            failure = new StoreException("a lease could not be recorded in the store: " + e.getMessage(), e);
        }
        lock.lock();
        try {
            entry.horizon = horizon;
            entry.failure = failure;
            open.put(entry.id, entry);
            latest = entry;
            if (open.size() == 1) {
                renewals.arm(renewal());
            }
        } finally {
            lock.unlock();
        }
    }

    private long renewal() {
        return limits.lease().toNanos() / RENEWALS;
    }

    private void renew(RepeatingTimer timer) {
        for (Entry entry : entries()) {
            try {
                noted(entry, records.renew(entry.id));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "a lease is not renewed: " + e.getMessage());
            }
        }
        lock.lock();
        try {
            if (!open.isEmpty()) {
                timer.arm(renewal());
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Entry> entries() {
        lock.lock();
        try {
            return new ArrayList<>(open.values());
        } finally {
            lock.unlock();
        }
    }

    private void noted(Entry entry, boolean there) throws StoreException {
        lock.lock();
        try {
            if (!there && entry.users > 0 && entry.failure == null) {
                entry.failure = new StoreException(
                        "a lease has ended in the store, since this node did not renew it within " + limits.lease()
                                + ": begin again what needs it",
                        null);
            }
        } finally {
            lock.unlock();
        }
        failed(entry);
    }

    private void failed(Entry entry) throws StoreException {
        lock.lock();
        try {
            if (entry.failure != null) {
                throw new StoreException(entry.failure.getMessage(), entry.failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @throws StoreException if an open lease of this node does not hold: what is written under it may be removed */
    void check() throws StoreException {
        for (Entry entry : entries()) {
            failed(entry);
        }
    }

    /**
     * What is dated from here on is not removed: it may belong to a lease that was open when a collection of this node
     * began, or was opened later. To be asked while a lease is open, which the collection took first.
     */
    Instant horizon() throws StoreException {
        check();
        return entries().stream()
                .map(entry -> entry.horizon)
                .min(Instant::compareTo)
                .orElseThrow(() -> new IllegalStateException("no lease is open"));
    }

    private final class Held implements BlockStore.Lease {
        private final Entry entry;
        private boolean closed;

        Held(Entry entry) {
            this.entry = entry;
        }

        @Override
        public void keep(Collection<Multihash> hashes) throws IOException {
            if (closed) {
                throw new IllegalStateException("the lease has ended");
            }
            failed(entry);
            dating.date(hashes);
            noted(entry, records.holds(entry.id));
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (closed || --entry.users > 0) {
                    closed = true;
                    return;
                }
                closed = true;
                open.remove(entry.id);
            } finally {
                lock.unlock();
            }
            try {
                records.end(entry.id);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "a lease ends when it expires: " + e.getMessage());
            }
        }
    }

    /** Records of leases that are open now end when they expire. */
    @Override
    public void close() {
        renewals.close();
    }
}
