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
import org.jspecify.annotations.Nullable;

/**
 * Hands blocks to a store in batches, some batches being written while the next is made, and keeps them from garbage
 * collection until it is closed. Blocks are durable after {@link #flush}. One thread at a time.
 */
public final class BlockWriter implements BlockSink, AutoCloseable {
    /** Bytes in memory, at most: those that are being written and the next batch. */
    private static final long MOST_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 8, 4L << 20, 8L << 20);

    private static final long BATCH_BYTES = MOST_BYTES / 4;
    private static final int BATCH_BLOCKS = 1024;

    private final Environment environment;
    private final BlockStore store;
    private final BlockStore.Lease lease;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private List<Block> batch = new ArrayList<>();
    private long batchBytes;
    private long writingBytes;
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
        batch.add(block);
        batchBytes += block.size();
        if (batchBytes >= BATCH_BYTES || batch.size() >= BATCH_BLOCKS) {
            send();
        }
    }

    private void send() throws IOException {
        List<Block> sent = batch;
        long bytes = batchBytes;
        batch = new ArrayList<>();
        batchBytes = 0;
        lock.lock();
        try {
            awaitAtMost(MOST_BYTES - BATCH_BYTES - bytes);
            writing++;
            writingBytes += bytes;
            environment.start("blocks batch", () -> write(sent, bytes));
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Block> blocks, long bytes) {
        IOException failed = null;
        try {
            store.putAll(blocks);
        } catch (IOException e) {
            failed = e;
        } finally {
            lock.lock();
            try {
                writing--;
                writingBytes -= bytes;
                failure = failure == null ? failed : failure;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until so many bytes are being written, or nothing is. */
    private void awaitAtMost(long bytes) throws IOException {
        try {
            while (writing > 0 && writingBytes > bytes) {
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
        if (!batch.isEmpty()) {
            send();
        }
        lock.lock();
        try {
            awaitAtMost(-1);
        } finally {
            lock.unlock();
        }
    }

    /** Gives up what was not flushed; to be called after the root is pinned. */
    @Override
    public void close() {
        lease.close();
    }
}
