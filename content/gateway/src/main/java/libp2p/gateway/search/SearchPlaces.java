package libp2p.gateway.search;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.routing.Results;
import libp2p.delegated.routing.RoutingLimits;
import org.jspecify.annotations.Nullable;

/**
 * The places of the searches that HTTP clients have a server make: each asks many peers, and waits for them. Where none
 * is left, a search of the most crowded IP group makes room, if that has more than the newcomer's would. Thread-safe.
 */
public final class SearchPlaces {
    /** A search that blocks; an interrupt ends it with an {@link InterruptedIOException}. */
    @FunctionalInterface
    public interface Search<T> {
        /** Searches. */
        @Nullable
        T run() throws IOException;
    }

    private final Environment environment;
    private final RoutingLimits limits;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Crowd<Place> crowd = new Crowd<>();
    private int taken;

    /** As many places as the limits say, each for as long as they say. */
    public SearchPlaces(Environment environment, RoutingLimits limits) {
        this.environment = environment;
        this.limits = limits;
        this.random = environment.random("gateway.searches");
    }

    /**
     * A place until it is closed, or the time of a search is over.
     *
     * @param from where the request came from, null where that has no address
     * @return null if there is none
     */
    public @Nullable Place take(@Nullable InetAddress from) {
        Place place = new Place(Crowd.groupOfIp(from));
        Place leaving = null;
        lock.lock();
        try {
            if (taken >= limits.searches()) {
                leaving = crowd.leavingIfMoreCrowded(place.group, random);
                if (leaving == null) {
                    return null;
                }
                leave(leaving);
            }
            crowd.add(place.group, place);
            taken++;
        } finally {
            lock.unlock();
        }
        if (leaving != null) {
            leaving.displaced = true;
            leaving.close();
        }
        place.begin();
        return place;
    }

    /** Why a search is refused, or given up for another one. */
    public LimitExceededException full() {
        return new LimitExceededException(
                "gateway", "searches", limits.searches() + 1L, limits.searches(), LimitExceededException.Side.LOCAL);
    }

    /** With the lock. */
    private void leave(Place place) {
        if (crowd.remove(place.group, place)) {
            taken--;
        }
    }

    /** The place of one search. */
    public final class Place implements AutoCloseable {
        private final String group;
        private @Nullable Results<?> results;
        private @Nullable Timer timer;
        /** The thread of a search that blocks. */
        private @Nullable Thread searching;

        private boolean closed;
        private volatile boolean displaced;

        Place(String group) {
            this.group = group;
        }

        /** An answer whose body is never asked for gives its place back too. */
        private void begin() {
            Timer scheduled = environment.schedule(limits.deadline().toNanos(), this::close);
            synchronized (this) {
                timer = scheduled;
                if (!closed) {
                    return;
                }
            }
            scheduled.cancel();
        }

        /** Whether another search has the place, so that nothing is known about what this one would have found. */
        public boolean isDisplaced() {
            return displaced;
        }

        /** The results of the search, which end with the place. */
        public <T> Results<T> of(Results<T> begun) {
            boolean late;
            synchronized (this) {
                results = begun;
                late = closed;
            }
            if (late) {
                begun.close();
            }
            return begun;
        }

        /**
         * Searches on this thread, which is interrupted when the place is closed.
         *
         * @return what the search has found, or null
         * @throws LimitExceededException if another search has the place
         * @throws DeadlineExceededException if the time of the search is over
         */
        public <T> @Nullable T run(Search<T> search) throws IOException {
            T found = null;
            if (begin(Thread.currentThread())) {
                try {
                    found = search.run();
                } catch (InterruptedIOException ended) {
                    if (!isClosed()) {
                        throw ended;
                    }
                } finally {
                    end();
                }
            }
            if (found == null && displaced) {
                throw full();
            }
            if (found == null && isClosed()) {
                throw new DeadlineExceededException("search");
            }
            return found;
        }

        private synchronized boolean begin(Thread thread) {
            searching = closed ? null : thread;
            return !closed;
        }

        private synchronized void end() {
            searching = null;
            if (closed) {
                Thread.interrupted(); // it was for the search
            }
        }

        private synchronized boolean isClosed() {
            return closed;
        }

        /** Ends the search; idempotent, by any thread. */
        @Override
        public void close() {
            lock.lock();
            try {
                leave(this);
            } finally {
                lock.unlock();
            }
            Results<?> open;
            Timer running;
            synchronized (this) {
                closed = true;
                open = results;
                running = timer;
                if (searching != null) {
                    searching.interrupt();
                }
            }
            if (running != null) {
                running.cancel();
            }
            if (open != null) {
                open.close();
            }
        }
    }
}
