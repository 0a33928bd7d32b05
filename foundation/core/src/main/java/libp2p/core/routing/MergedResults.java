package libp2p.core.routing;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
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
    private final ResultQueue<T> queue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Object> found = new HashSet<>();
    private int running;
    private int completed;
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
        this.queue = new ResultQueue<>(environment, bounds.waiting(), deadline);
        this.running = searches.size();
        if (running == 0) {
            queue.end(null);
        }
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
        boolean last;
        IOException nothing;
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
            last = running == 0;
            nothing = completed == 0 && found.isEmpty() ? failure : null;
        } finally {
            lock.unlock();
        }
        if (last) {
            queue.end(nothing);
        }
    }

    /** Hands a result over, if it is new; waits while too many lie there. Returns whether more are wanted. */
    private boolean put(T result) {
        Object id = key.apply(result);
        lock.lock();
        try {
            if (found.size() >= bounds.results()) {
                return false;
            }
            if (id == null || !found.add(id)) {
                return true;
            }
        } finally {
            lock.unlock();
        }
        return queue.put(result);
    }

    @Override
    public @Nullable T next() throws IOException {
        return queue.next();
    }

    @Override
    public void close() {
        queue.close();
        searches.forEach(Results::close); // wakes the threads, which end
    }
}
