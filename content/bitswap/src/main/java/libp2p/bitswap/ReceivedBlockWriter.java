package libp2p.bitswap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that have arrived and are being stored, a batch at a time. Their data is here until the store has taken it,
 * and in the store from then on; a peer's reader that brings more than there is room for waits. One thread hands the
 * batches to the store. Another has them forced to the disk, many at once: when a session flushes, when half of what
 * the disk may lose is there, and {@link #PAUSE_NANOS} after the first of them, since peers that wait for a block get it
 * when it is durable. Thread-safe.
 */
final class ReceivedBlockWriter {
    /** Bytes that the store has taken and the disk may still lose, as a multiple of those that it has not taken. */
    private static final int UNDURABLE = 32;

    private static final long PAUSE_NANOS = 50_000_000;

    /** Bytes that a block takes beside its data, about: blocks of a byte are bounded by number. */
    static final int OVERHEAD = 256;

    private record Taken(BlockStore.Writing writing, List<Multihash> hashes, long bytes) {}

    private final Environment environment;
    private final BlockStore store;
    private final int room;
    private final Consumer<List<Multihash>> stored;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    /** Blocks that the store has not taken. */
    private final Map<Multihash, Block> untaken = new HashMap<>();
    /** Blocks that are not durable. */
    private final Set<Multihash> undurable = new HashSet<>();

    private final Queue<Taken> taken = new ArrayDeque<>();
    private List<Block> queue = new ArrayList<>();
    private long untakenBytes;
    private long takenBytes;
    private boolean handing;
    private boolean waiting;
    /** Number of blocks that have come, of those that are durable or given up, and up to which a session flushes. */
    private long arrived;

    private long settled;
    private long flushed;
    private @Nullable Timer pause;
    private boolean pauseIsOver;
    private boolean closed;
    /** A failure that is told to the next reader, unless a session hears of it before. */
    private @Nullable IOException failure;

    private @Nullable IOException lastFailure;
    private long failures;

    /**
     * Nothing has arrived.
     *
     * @param room bytes of blocks that the store has not taken, each with 256 of overhead; the last batch may be above it
     * @param stored hears of the hashes of each batch that is durable
     */
    ReceivedBlockWriter(Environment environment, BlockStore store, int room, Consumer<List<Multihash>> stored) {
        this.environment = environment;
        this.store = store;
        this.room = room;
        this.stored = stored;
        changed = new TimedCondition(environment, lock);
    }

    /**
     * Takes blocks that were checked; waits for room.
     *
     * @throws IOException if earlier blocks could not be stored
     */
    void add(List<Block> blocks) throws IOException {
        lock.lock();
        try {
            while ((untakenBytes >= room || takenBytes >= (long) UNDURABLE * room) && failure == null) {
                await();
            }
            IOException failed = failure;
            if (failed != null) {
                failure = null; // the next one tries again
                throw failed;
            }
            for (Block block : blocks) {
                if (undurable.add(block.cid().hash())) {
                    untaken.put(block.cid().hash(), block);
                    queue.add(block);
                    arrived++;
                    untakenBytes += cost(block);
                }
            }
            if (!handing && !queue.isEmpty()) {
                handing = true;
                environment.start("bitswap store", this::handOver);
            }
        } finally {
            lock.unlock();
        }
    }

    private void handOver() {
        while (true) {
            List<Block> batch;
            lock.lock();
            try {
                if (queue.isEmpty()) {
                    handing = false;
                    changed.signalAll();
                    return;
                }
                batch = queue;
                queue = new ArrayList<>();
            } finally {
                lock.unlock();
            }
            taken(batch, begin(batch));
        }
    }

    private static long cost(Block block) {
        return block.size() + OVERHEAD;
    }

    private BlockStore.Writing begin(List<Block> batch) {
        try {
            return store.begin(batch);
        } catch (IOException | RuntimeException | Error e) { // or all who put would wait for ever
            return () -> {
                throw asFailure(e);
            };
        }
    }

    private static IOException asFailure(Throwable e) {
        return e instanceof IOException io ? io : new IOException("block store: " + e, e);
    }

    /** The store needs the data of a batch no more. */
    private void taken(List<Block> batch, BlockStore.Writing writing) {
        List<Multihash> hashes = new ArrayList<>(batch.size());
        long bytes = 0;
        lock.lock();
        try {
            for (Block block : batch) {
                Multihash hash = block.cid().hash();
                untaken.remove(hash);
                hashes.add(hash);
                bytes += cost(block);
            }
            untakenBytes -= bytes;
            takenBytes += bytes;
            taken.add(new Taken(writing, hashes, bytes));
            if (pause == null && !closed) {
                pause = environment.schedule(PAUSE_NANOS, this::endPause);
            }
            changed.signalAll();
            startWaiting();
        } finally {
            lock.unlock();
        }
    }

    private void endPause() {
        lock.lock();
        try {
            pauseIsOver = true;
            startWaiting();
        } finally {
            lock.unlock();
        }
    }

    /** Has the batches forced that were taken, if that is due; with the lock. */
    private void startWaiting() {
        if (!waiting && isForceDue()) {
            waiting = true;
            environment.start("bitswap durable", this::waitForDisk);
        }
    }

    private boolean isForceDue() {
        return !taken.isEmpty()
                && (closed || pauseIsOver || flushed > settled || takenBytes >= (long) UNDURABLE * room / 2);
    }

    private void cancelPause() {
        pauseIsOver = false;
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
    }

    private void waitForDisk() {
        while (true) {
            List<Taken> batches;
            lock.lock();
            try {
                if (!isForceDue()) {
                    waiting = false;
                    changed.signalAll();
                    return;
                }
                batches = List.copyOf(taken);
                taken.clear();
                cancelPause();
            } finally {
                lock.unlock();
            }
            batches.forEach(this::waitForDisk); // the store forces all of them with the first
        }
    }

    private void waitForDisk(Taken batch) {
        IOException failed = null;
        try {
            batch.writing.await();
        } catch (IOException | RuntimeException | Error e) {
            failed = asFailure(e);
        }
        lock.lock();
        try {
            batch.hashes.forEach(undurable::remove);
            settled += batch.hashes.size();
            takenBytes -= batch.bytes;
            if (failed != null) {
                failure = failed;
                lastFailure = failed;
                failures++;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (failed == null) {
            stored.accept(batch.hashes);
        }
    }

    /** Whether a block is on its way to the disk: here, or in the store, which does not say so yet. */
    boolean holds(Multihash hash) {
        lock.lock();
        try {
            return undurable.contains(hash);
        } finally {
            lock.unlock();
        }
    }

    /** The data of a block that the store has not taken, or null. */
    byte @Nullable [] find(Multihash hash) {
        lock.lock();
        try {
            Block block = untaken.get(hash);
            return block == null ? null : block.data();
        } finally {
            lock.unlock();
        }
    }

    /** How many batches could not be stored so far. */
    long failures() {
        lock.lock();
        try {
            return failures;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything that came before is durable; what comes meanwhile, for other sessions, is not waited for.
     *
     * @param known failures that the caller knows of: the batches are of all sessions, and each of them has to hear
     * @throws IOException if a batch could not be stored since
     */
    void flush(long known) throws IOException {
        lock.lock();
        try {
            long all = arrived;
            flushed = Math.max(flushed, all);
            startWaiting();
            while (settled < all) {
                await();
            }
            IOException failed = lastFailure;
            if (failed != null && failures > known) {
                failure = null;
                throw failed;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Batches are forced without a pause from now on; does not wait for the disk. */
    void close() {
        lock.lock();
        try {
            closed = true;
            cancelPause();
            startWaiting();
        } finally {
            lock.unlock();
        }
    }

    private void await() throws InterruptedIOException {
        try {
            changed.await(Deadline.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while blocks were stored");
        }
    }
}
