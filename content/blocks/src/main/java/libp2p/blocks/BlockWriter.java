package libp2p.blocks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSink;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Hands blocks to a store in batches, some batches being written while the next is made, and keeps them from garbage
 * collection until it is closed. Blocks are durable after {@link #flush}. One thread at a time.
 */
public final class BlockWriter implements BlockSink, AutoCloseable {
    /** Bytes in memory, at most: those that the store has not taken yet and the next batch. */
    private static final long MOST_BYTES = 3L << 20;

    private static final long BATCH_BYTES = MOST_BYTES / 3;
    private static final int BATCH_BLOCKS = 1024;
    /** Batches that the store has taken and the disk may still lose, at most; their data is in the caches of the disk. */
    private static final int MOST_WRITING = 32;
    /** Blocks on their way to the store, which forgets them when it has taken them. */
    private static final class Batch {
        private List<Block> blocks = new ArrayList<>();
        private long bytes;

        List<Block> take() {
            List<Block> taken = blocks;
            blocks = List.of();
            return taken;
        }
    }

    private final Environment environment;
    private final BlockStore store;
    private final BlockStore.Lease lease;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private Batch batch = new Batch();
    private long untakenBytes;
    private int writing;
    private @Nullable IOException failure;

    /** Writes into a store; its threads come from the environment. Closed by its maker. */
    public BlockWriter(Environment environment, BlockStore store) {
        this.environment = environment;
        this.store = store;
        lease = store.lease();
        changed = new TimedCondition(environment, lock);
    }

    /**
     * Takes a block; blocks while too much is being written.
     *
     * @throws IOException if an earlier batch could not be written
     */
    @Override
    public void put(Block block) throws IOException {
        if (Block.isInherent(block.cid())) {
            return;
        }
        batch.blocks.add(block);
        batch.bytes += block.size();
        if (batch.bytes >= BATCH_BYTES || batch.blocks.size() >= BATCH_BLOCKS) {
            send();
        }
    }

    private void send() throws IOException {
        Batch sent = batch;
        batch = new Batch();
        lock.lock();
        try {
            awaitAtMost(MOST_BYTES - BATCH_BYTES - sent.bytes, MOST_WRITING - 1);
            writing++;
            untakenBytes += sent.bytes;
            environment.start("blocks batch", () -> write(sent));
        } finally {
            lock.unlock();
        }
    }

    private void write(Batch sent) {
        IOException failed = null;
        try {
            BlockStore.Writing started = store.begin(sent.take());
            taken(sent);
            started.await();
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException | Error e) { // also without memory: what was not written is not called written
            failed = new StoreException("block store: " + e, e);
        } finally {
            lock.lock();
            try {
                writing--;
                failure = failure == null ? failed : failure;
                taken(sent);
            } finally {
                lock.unlock();
            }
        }
    }

    /** The store has the data of a batch, or has given it up. */
    private void taken(Batch sent) {
        lock.lock();
        try {
            untakenBytes -= sent.bytes;
            sent.bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the store has yet to take so many bytes, and so many batches are being written. */
    private void awaitAtMost(long bytes, int batches) throws IOException {
        try {
            while (writing > batches || writing > 0 && untakenBytes > bytes) {
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while blocks were written");
        }
        if (failure != null) {
            throw new StoreException("blocks could not be written: " + failure.getMessage(), failure);
        }
    }

    /** Waits until everything that was put is durable. */
    public void flush() throws IOException {
        if (!batch.blocks.isEmpty()) {
            send();
        }
        lock.lock();
        try {
            awaitAtMost(-1, 0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps a block, and shows that the lease of this writer has held until now.
     *
     * @throws IOException if it has ended before, which happens in shared stores: what was put may be gone
     */
    void keep(Cid cid) throws IOException {
        lease.keep(List.of(cid.hash()));
    }

    /**
     * Gives up what was not handed to the store, and waits for what was: it would come after the lease, and beside a
     * collection that has not seen it. To be called after the root is pinned. Idempotent.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            while (writing > 0) {
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
            lease.close();
        }
    }
}
