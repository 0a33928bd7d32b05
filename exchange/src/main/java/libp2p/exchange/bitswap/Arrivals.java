package libp2p.exchange.bitswap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that have come and are being stored, a batch at a time: readers find them here meanwhile, and a peer's
 * reader that brings more than there is room for waits. Thread-safe.
 */
final class Arrivals {
    private final Environment environment;
    private final BlockStore store;
    private final int room;
    private final Consumer<List<Multihash>> stored;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Map<Multihash, Block> unstored = new HashMap<>();
    private List<Block> queue = new ArrayList<>();
    private long bytes;
    private boolean writing;
    private @Nullable IOException failure;

    /** @param stored hears of the hashes of each batch */
    Arrivals(Environment environment, BlockStore store, int room, Consumer<List<Multihash>> stored) {
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
            while (bytes >= room && failure == null) {
                await();
            }
            throwFailure();
            for (Block block : blocks) {
                if (unstored.put(block.cid().hash(), block) == null) {
                    queue.add(block);
                    bytes += block.size();
                }
            }
            if (!writing && !queue.isEmpty()) {
                writing = true;
                environment.start("bitswap store", this::write);
            }
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        while (true) {
            List<Block> batch;
            lock.lock();
            try {
                if (queue.isEmpty()) {
                    writing = false;
                    changed.signalAll();
                    return;
                }
                batch = queue;
                queue = new ArrayList<>();
            } finally {
                lock.unlock();
            }
            IOException failed = null;
            try {
                store.putAll(batch);
            } catch (IOException e) {
                failed = e;
            }
            List<Multihash> hashes = new ArrayList<>(batch.size());
            lock.lock();
            try {
                for (Block block : batch) {
                    unstored.remove(block.cid().hash());
                    bytes -= block.size();
                    hashes.add(block.cid().hash());
                }
                failure = failed;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            if (failed == null) {
                stored.accept(hashes);
            }
        }
    }

    /** The data of a block that is on its way to the store, or null. */
    byte @Nullable [] find(Multihash hash) {
        lock.lock();
        try {
            Block block = unstored.get(hash);
            return block == null ? null : block.data();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything that came before is stored. */
    void flush() throws IOException {
        lock.lock();
        try {
            while (writing) {
                await();
            }
            throwFailure();
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

    private void throwFailure() throws IOException {
        IOException failed = failure;
        if (failed != null) {
            failure = null; // the next one tries again
            throw failed;
        }
    }
}
