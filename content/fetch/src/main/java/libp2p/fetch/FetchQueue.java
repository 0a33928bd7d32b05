package libp2p.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Races for blocks, so many at a time; blocks that are waited for go before announced ones. A block is in the store
 * when it is given out. Thread-safe.
 */
final class FetchQueue implements AutoCloseable {
    /** Announced blocks that wait; further announcements are dropped, and got when they are asked for. */
    private static final int ANNOUNCED = 4096;

    private static final class Job {
        final Cid cid;
        boolean started;
        boolean done;
        byte @Nullable [] data;

        @Nullable
        IOException failure;

        @Nullable
        Thread thread;

        Job(Cid cid) {
            this.cid = cid;
        }
    }

    private final Environment environment;
    private final BlockStore store;
    private final SourceTable table;
    private final FetchOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Map<Cid, Job> jobs = new HashMap<>();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private int running;
    /** Blocks that have come and are being stored; the store gives them already, and the disk may lose them. */
    private int storing;

    private @Nullable IOException storeFailure;
    private boolean closed;

    FetchQueue(Environment environment, BlockStore store, SourceTable table, FetchOptions options) {
        this.environment = environment;
        this.store = store;
        this.table = table;
        this.options = options;
        changed = new TimedCondition(environment, lock);
    }

    Environment environment() {
        return environment;
    }

    FetchOptions options() {
        return options;
    }

    byte[] get(Cid cid) throws IOException {
        lock.lock();
        try {
            Job job = jobs.get(cid);
            if (job == null) {
                byte[] came = store.find(cid);
                if (came != null) {
                    return came;
                }
                job = new Job(cid);
                jobs.put(cid, job);
            } else {
                waiting.remove(job);
            }
            if (!job.started) {
                start(job); // a reader waits: no turn is needed
            }
            while (!job.done && !closed) {
                changed.await(Deadline.NONE);
            }
            byte[] data = job.data;
            if (data != null) {
                return data;
            }
            IOException failure = job.failure;
            throw failure != null ? failure : new BlockNotFoundException(cid, "the fetch was ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for block " + cid);
        } finally {
            lock.unlock();
        }
    }

    void prefetch(List<Cid> cids) {
        lock.lock();
        try {
            for (Cid cid : cids) {
                if (waiting.size() < ANNOUNCED && !jobs.containsKey(cid) && !closed) {
                    Job job = new Job(cid);
                    jobs.put(cid, job);
                    waiting.add(job);
                }
            }
            startWaiting();
        } finally {
            lock.unlock();
        }
    }

    private void startWaiting() {
        while (running < options.atOnce() && !closed) {
            Job next = waiting.poll();
            if (next == null) {
                return;
            }
            start(next);
        }
    }

    private void start(Job job) {
        job.started = true;
        running++;
        job.thread = environment.start("fetch block", () -> run(job));
    }

    private void run(Job job) {
        byte[] data = null;
        IOException failure = null;
        try {
            Block block = new BlockRace(environment, job.cid, table, options).run();
            store(block);
            data = block.data();
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) { // those who wait for the block are told
            failure = new IOException("a block could not be fetched: " + e, e);
        } finally {
            lock.lock();
            try {
                job.data = data;
                job.failure = failure;
                job.done = true;
                job.thread = null;
                jobs.remove(job.cid);
                running--;
                startWaiting();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void store(Block block) throws IOException {
        lock.lock();
        try {
            storing++;
        } finally {
            lock.unlock();
        }
        IOException failure = null;
        try {
            store.putAll(List.of(block));
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            lock.lock();
            try {
                storing--;
                storeFailure = storeFailure == null ? failure : storeFailure;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until what came is durable. */
    void flush() throws IOException {
        lock.lock();
        try {
            while (storing > 0 && !closed) {
                changed.await(Deadline.NONE);
            }
            if (storeFailure != null) {
                throw new IOException("not all that was fetched is stored: " + storeFailure.getMessage(), storeFailure);
            }
            if (storing > 0) {
                throw new IOException("the fetch was ended before " + storing + " blocks were stored");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for fetched blocks to be stored");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            for (Job job : jobs.values()) {
                if (job.thread != null) {
                    job.thread.interrupt();
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
