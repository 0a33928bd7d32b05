package libp2p.stores;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/** Does something for many items, several at once; the first failure ends it. */
final class Together<T> {
    @FunctionalInterface
    interface Action<T> {
        void run(T item) throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Iterator<T> left;
    private final Action<T> action;
    private int running;
    private @Nullable IOException failure;

    private Together(Environment environment, Collection<T> items, Action<T> action) {
        changed = new TimedCondition(environment, lock);
        left = List.copyOf(items).iterator();
        this.action = action;
    }

    /**
     * Does it for all and waits.
     *
     * @param atOnce threads at most
     * @throws IOException the first failure, when what was under way has ended
     */
    static <T> void run(Environment environment, int atOnce, Collection<T> items, Action<T> action) throws IOException {
        Together<T> together = new Together<>(environment, items, action);
        together.running = Math.min(atOnce, items.size());
        for (int i = Math.min(atOnce, items.size()); i > 0; i--) {
            environment.start("s3 blocks", together::work);
        }
        together.await();
    }

    private void work() {
        @Nullable IOException failed = null;
        try {
            for (T item = next(); item != null; item = next()) {
                action.run(item);
            }
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException | Error e) { // also without memory: what was not done is not called done
            failed = new StoreException("block store: " + e, e);
        } finally {
            lock.lock();
            try {
                failure = failure == null ? failed : failure;
                running--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable T next() {
        lock.lock();
        try {
            return failure == null && left.hasNext() ? left.next() : null;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        lock.lock();
        try {
            while (running > 0) {
                changed.await(Deadline.NONE);
            }
            if (failure != null) {
                throw failure;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a store was waited for");
        } finally {
            lock.unlock();
        }
    }
}
