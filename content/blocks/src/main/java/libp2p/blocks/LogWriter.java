package libp2p.blocks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the log of a store in two steps that overlap: one thread appends what callers have handed over, another
 * forces to the disk what was appended, all of it at once. It is forced when a caller waits for a part of it, or when
 * it is {@link #UNFORCED} bytes, so that many blocks that one fetch brings share a force. Both threads run only while
 * there is something to do, and are never interrupted. Shares the lock of the store.
 */
final class LogWriter {
    /** Bytes of blocks that stand in the file and are not forced while no caller waits for them. */
    private static final long UNFORCED = 16L << 20;

    /** The store as the writer sees it; called with the lock held. */
    interface Target {
        /** Bytes of the blocks that exist. */
        long storedBytes();

        /** Work stands in the file; {@link #settle} follows. */
        void append(StoreWork work, List<Location> locations);

        /** Work that was appended is durable, or given up. */
        void settle(StoreWork work, List<Location> locations);

        /** Work has become durable. */
        void publish(StoreWork work, List<Location> locations);

        /** All of the log before a place has been published or given up. */
        void reached(int segment, long offset);
    }

    private record Appended(List<StoreWork> works, List<Location> locations, int segment, long offset) {
        boolean isAwaited() {
            return works.stream().anyMatch(StoreWork::isAwaited);
        }

        boolean isIn(int lastFile) {
            return locations.stream().anyMatch(location -> location.segment() <= lastFile);
        }

        /** Gives each work with its places. */
        void forEach(BiConsumer<StoreWork, List<Location>> visitor) {
            int at = 0;
            for (StoreWork work : works) {
                int end = at + work.entries().size();
                visitor.accept(work, locations.subList(at, end));
                at = end;
            }
        }
    }

    private final Environment environment;
    private final BlockStoreLimits limits;
    private final SegmentFiles files;
    private final Target target;
    private final ReentrantLock lock;
    private final TimedCondition changed;
    private final Queue<StoreWork> queue = new ArrayDeque<>();
    private final Queue<Appended> appended = new ArrayDeque<>();
    private long unpublished;
    /** Bytes of blocks in {@link #appended}. */
    private long unforced;

    private boolean appending;
    private boolean forcing;
    /** Number of callers that wait until nothing is under way. */
    private int awaitingIdle;

    LogWriter(
            Environment environment,
            BlockStoreLimits limits,
            SegmentFiles files,
            Target target,
            ReentrantLock lock,
            TimedCondition changed) {
        this.environment = environment;
        this.limits = limits;
        this.files = files;
        this.target = target;
        this.lock = lock;
        this.changed = changed;
    }

    /** Waits until the work stands in the file, or has failed; called with the lock held. */
    void begin(StoreWork work) throws IOException {
        queue.add(work);
        if (!appending) {
            appending = true;
            environment.start("blocks writer", this::append);
        }
        while (!work.isAppended()) {
            await();
        }
        throwFailure(work);
    }

    /** Has the work forced; waits until it is durable and published, or has failed; called with the lock held. */
    void finish(StoreWork work) throws IOException {
        work.await();
        startForce();
        while (!work.isDone()) {
            await();
        }
        throwFailure(work);
    }

    private static void throwFailure(StoreWork work) throws StoreException {
        IOException failure = work.failure();
        if (failure != null) {
            throw new StoreException("blocks could not be written: " + failure.getMessage(), failure);
        }
    }

    /**
     * Has all that was begun forced, and waits until nothing is under way; called with the lock held. Callers that write
     * without a pause would keep it waiting: they begin nothing meanwhile, see {@link #isToBeIdle}.
     */
    void awaitIdle() throws IOException {
        awaitingIdle++;
        try {
            while (appending || forcing || !appended.isEmpty()) {
                appended.forEach(one -> one.works.forEach(StoreWork::await));
                startForce();
                await();
            }
        } finally {
            awaitingIdle--;
            changed.signalAll();
        }
    }

    /** Whether work has to wait before it begins; called with the lock held. */
    boolean isToBeIdle() {
        return awaitingIdle > 0;
    }

    /** Waits for a change of the store; called with the lock held. */
    void await() throws IOException {
        try {
            changed.await(Deadline.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing blocks");
        }
    }

    private void append() {
        while (true) {
            List<StoreWork> works = new ArrayList<>();
            lock.lock();
            try {
                if (queue.isEmpty()) {
                    appending = false;
                    changed.signalAll();
                    return;
                }
                take(works);
            } finally {
                lock.unlock();
            }
            if (!works.isEmpty()) {
                append(works);
            }
        }
    }

    /** Takes what fits into the quota; the rest fails. */
    private void take(List<StoreWork> works) {
        long bytes = target.storedBytes() + unpublished;
        for (StoreWork work = queue.poll(); work != null; work = queue.poll()) {
            try {
                if (work.moved == null && work.bytes > 0) {
                    MemoryBlockStore.checkQuota(bytes + work.bytes, limits);
                    bytes += work.bytes;
                }
                unpublished += work.bytes;
                works.add(work);
            } catch (IOException e) {
                work.end(e);
                changed.signalAll();
            }
        }
    }

    private void append(List<StoreWork> works) {
        List<SegmentFiles.Entry> entries = new ArrayList<>();
        works.forEach(work -> entries.addAll(work.entries()));
        List<Location> locations = List.of();
        IOException failure = null;
        try {
            locations = offload(environment, () -> files.append(entries));
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = broken(e);
        }
        lock.lock();
        try {
            if (failure != null) {
                end(works, failure);
                return;
            }
            Appended all = new Appended(works, locations, files.activeNumber(), files.activeSize());
            all.forEach(target::append);
            works.forEach(StoreWork::appended);
            appended.add(all);
            for (StoreWork work : works) {
                unforced += work.bytes;
            }
            changed.signalAll();
            startForce();
        } finally {
            lock.unlock();
        }
    }

    private void end(List<StoreWork> works, @Nullable IOException failure) {
        for (StoreWork work : works) {
            unpublished -= work.bytes;
            work.end(failure);
        }
        changed.signalAll();
    }

    /** Has what was appended forced, if that is due; called with the lock held. */
    private void startForce() {
        if (!forcing && isForceDue()) {
            forcing = true;
            environment.start("blocks force", this::force);
        }
    }

    private boolean isForceDue() {
        return unforced >= UNFORCED || appended.stream().anyMatch(Appended::isAwaited);
    }

    private void force() {
        while (true) {
            List<Appended> all;
            lock.lock();
            try {
                if (!isForceDue()) {
                    forcing = false;
                    changed.signalAll();
                    return;
                }
                all = List.copyOf(appended);
                appended.clear();
                unforced = 0;
            } finally {
                lock.unlock();
            }
            IOException failure = null;
            try {
                offload(environment, () -> {
                    files.force();
                    return true;
                });
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                failure = broken(e);
            }
            lock.lock();
            try {
                for (Appended one : all) {
                    published(one, failure);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void published(Appended one, @Nullable IOException forced) {
        IOException failure = forced == null && one.isIn(files.failedFile())
                ? new StoreException("the disk may have lost what was written", null)
                : forced;
        if (failure == null) {
            one.forEach(target::publish);
        }
        one.forEach(target::settle);
        target.reached(one.segment, one.offset);
        end(one.works, failure);
    }

    /** Callers wait without a deadline: every failure has to reach them. */
    private static StoreException broken(Throwable failure) {
        return new StoreException("block store: " + failure, failure);
    }

    static <T> T offload(Environment environment, Callable<T> call) throws IOException {
        try {
            return environment.offload(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the disk");
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new StoreException("block store: " + e, e);
        }
    }
}
