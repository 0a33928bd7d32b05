package libp2p.core.routing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * Several searches as one. A thread for each search hands its results over as they are found; equal results of several
 * searches count once. The failure of a search is an error only if all searches failed and nothing was found; the
 * failures of the others are its suppressed exceptions.
 */
public final class MergedResults<T> implements Results<T> {
    private static final System.Logger LOG = System.getLogger(MergedResults.class.getName());

    private final List<Results<T>> searches;
    private final Function<? super T, ? extends @Nullable Object> key;
    private final Bounds bounds;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<T> waiting = new ArrayDeque<>();
    private final Set<Object> found = new HashSet<>();
    private int running;
    private int completed;
    private boolean closed;
    private @Nullable IOException failure;

    /**
     * The bounds of one merged search.
     *
     * @param waiting results that wait to be taken; a search that is ahead of the taker waits; positive
     * @param results of all searches together, after which they end; positive
     */
    public record Bounds(int waiting, int results) {
        public Bounds {
            if (waiting < 1 || results < 1) {
                throw new IllegalArgumentException(waiting + " results that wait of " + results + " in all");
            }
        }
    }

    private MergedResults(
            Environment environment,
            List<Results<T>> searches,
            Function<? super T, ? extends @Nullable Object> key,
            Bounds bounds,
            Deadline deadline) {
        this.searches = List.copyOf(searches);
        this.key = key;
        this.bounds = bounds;
        this.deadline = deadline;
        this.changed = new TimedCondition(environment, lock);
        this.running = searches.size();
    }

    /**
     * Starts a thread for each search. Closing the result closes the searches.
     *
     * @param name of the threads
     * @param key by which results are equal; a result without a key (null) is left out
     * @param deadline after which nothing more is found
     */
    public static <T> Results<T> of(
            Environment environment,
            String name,
            List<Results<T>> searches,
            Function<? super T, ? extends @Nullable Object> key,
            Bounds bounds,
            Deadline deadline) {
        MergedResults<T> merged = new MergedResults<>(environment, searches, key, bounds, deadline);
        for (Results<T> search : merged.searches) {
            environment.start(name, () -> merged.run(search));
        }
        return merged;
    }

    private void run(Results<T> search) {
        IOException error = null;
        try (search) {
            for (T result; (result = search.next()) != null; ) {
                if (!put(result)) {
                    break;
                }
            }
        } catch (IOException e) {
            error = e;
            LOG.log(Level.DEBUG, () -> "one of several searches failed: " + e.getMessage());
        } finally {
            ended(error);
        }
    }

    private void ended(@Nullable IOException error) {
        lock.lock();
        try {
            running--;
            if (error == null) {
                completed++;
            } else if (failure == null) {
                failure = error;
            } else {
                failure.addSuppressed(error);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Hands a result over; waits while too many lie here. Returns whether more are wanted. */
    private boolean put(T result) {
        Object id = key.apply(result);
        lock.lock();
        try {
            while (!closed && waiting.size() >= bounds.waiting()) {
                if (!changed.await(deadline)) {
                    return false;
                }
            }
            if (closed || found.size() >= bounds.results()) {
                return false;
            }
            if (id != null && found.add(id)) {
                waiting.add(result);
                changed.signalAll();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable T next() throws IOException {
        lock.lock();
        try {
            while (waiting.isEmpty() && running > 0 && !closed && changed.await(deadline)) {
                // something has changed
            }
            T next = waiting.poll();
            changed.signalAll();
            IOException error = failure;
            if (next == null && error != null && completed == 0 && found.isEmpty() && running == 0 && !closed) {
                failure = null;
                throw error;
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for results was interrupted");
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        searches.forEach(Results::close); // wakes the threads, which end
    }
}
