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
 * Hands blocks to a store in batches, one batch being written while the next is made, and keeps them from garbage
 * collection until it is closed. What was put is durable after {@link #flush}. One thread at a time.
 */
public final class BlockWriter implements BlockSink, AutoCloseable {
    private static final int BATCH_BYTES = 8 << 20;
    private static final int BATCH_BLOCKS = 1024;

    private final Environment environment;
    private final BlockStore store;
    private final BlockStore.Lease lease;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition idle;
    private List<Block> batch = new ArrayList<>();
    private long batchBytes;
    private boolean writing;
    private @Nullable IOException failure;

    public BlockWriter(Environment environment, BlockStore store) {
        this.environment = environment;
        this.store = store;
        lease = store.lease();
        idle = new TimedCondition(environment, lock);
    }

    /**
     * Takes a block; blocks while the batch before the last is being written.
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
        batch = new ArrayList<>();
        batchBytes = 0;
        lock.lock();
        try {
            awaitIdle();
            writing = true;
            environment.start("blocks batch", () -> write(sent));
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Block> blocks) {
        IOException failed = null;
        try {
            store.putAll(blocks);
        } catch (IOException e) {
            failed = e;
        } finally {
            lock.lock();
            try {
                writing = false;
                failure = failure == null ? failed : failure;
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitIdle() throws IOException {
        try {
            while (writing) {
                idle.await(Deadline.NONE);
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
            awaitIdle();
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
