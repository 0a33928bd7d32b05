package libp2p.http.jetty;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import libp2p.core.resource.Crowd;
import libp2p.http.RequestClock;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/**
 * The places of the requests that are under way, and the memory that their answers hold while clients take them. Where
 * either runs short, the request goes that has waited longest for its client, less the time that the bytes which
 * moved are worth; where no client is slow, the newest of the IP group with most requests goes, if that has more than the
 * newcomer's would. Thread-safe.
 */
final class Places {
    private static final double SECOND = 1e9;

    /** Bytes of answers whose memory is that of their places. */
    private static final int SMALL = 16 << 10;

    private final HttpServerLimits limits;
    private final long memory;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedSet<Place> taken = new LinkedHashSet<>();
    private final Map<String, Integer> groups = new HashMap<>();
    private long held;

    /**
     * Places that are free.
     *
     * @param memory bytes that answers may hold together
     * @param clock nanoseconds, from any origin
     */
    Places(HttpServerLimits limits, long memory, LongSupplier clock) {
        this.limits = limits;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * A place for the request of this thread; null if there is none.
     *
     * @param from where the request came from, null where that has no address
     * @param work for the answer, which is told to end where others need the place
     */
    @Nullable
    Place take(@Nullable InetAddress from, RequestClock work) {
        Place place = new Place(Crowd.groupOfIp(from), work);
        Place leaving = null;
        lock.lock();
        try {
            if (taken.size() >= limits.requests() && !endSlowest(null)) {
                leaving = newestOfCrowd(place.group);
                if (leaving == null) {
                    return null;
                }
                leaving.end();
            }
            taken.add(place);
            groups.merge(place.group, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
        if (leaving != null) {
            leaving.work.leave(Place.tooSlow());
        }
        return place;
    }

    private @Nullable Place newestOfCrowd(String newcomer) {
        int most = groups.getOrDefault(newcomer, 0) + 1;
        String crowded = null;
        for (Map.Entry<String, Integer> group : groups.entrySet()) {
            if (group.getValue() > most) {
                most = group.getValue();
                crowded = group.getKey();
            }
        }
        for (Place place : taken.reversed()) {
            if (place.group.equals(crowded)) {
                return place;
            }
        }
        return null;
    }

    private boolean endSlowest(@Nullable Place asking) {
        long now = clock.getAsLong();
        Place slowest = null;
        long longest = limits.patience().toNanos();
        for (Place place : taken) {
            long delay = place.delay(now);
            boolean helps = asking == null || place.holds > 0;
            if (place != asking && place.pending != null && helps && delay >= longest) {
                slowest = place;
                longest = delay;
            }
        }
        if (slowest == null) {
            return false;
        }
        slowest.end();
        return true;
    }

    /** The place of one request. */
    final class Place implements AutoCloseable {
        private final String group;
        private final RequestClock work;
        private @Nullable CompletableFuture<Integer> pending;
        private long holds;
        private long waited;
        private long since;
        private long bytes;
        private boolean ended;

        private Place(String group, RequestClock work) {
            this.group = group;
            this.work = work;
        }

        private long delay(long now) {
            return waited + (pending != null ? now - since : 0) - (long) (bytes * (SECOND / limits.brisk()));
        }

        /** Whether another request has the place. */
        boolean isEnded() {
            lock.lock();
            try {
                return ended;
            } finally {
                lock.unlock();
            }
        }

        /** Ends the wait by itself: an interrupt could come while the thread writes to a connection that others share. */
        private void end() {
            ended = true;
            leave();
            if (pending != null) {
                pending.completeExceptionally(tooSlow());
            }
        }

        private void leave() {
            if (taken.remove(this)) {
                groups.computeIfPresent(group, (name, count) -> count == 1 ? null : count - 1);
                held -= holds;
            }
        }

        /**
         * Takes memory for an answer.
         *
         * @param wanted bytes that the answer holds while it is written
         * @return false if there is none
         */
        boolean hold(long wanted) {
            lock.lock();
            try {
                if (wanted <= SMALL) {
                    return true;
                }
                while (held > 0 && held + wanted > memory) {
                    if (!endSlowest(this)) {
                        return false;
                    }
                }
                holds = wanted;
                held += wanted;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Waits for the client, until its bytes have moved or others need this place.
         *
         * @param movement starts, and completes its future with the bytes that have moved
         * @return the bytes that have moved
         */
        int await(Consumer<CompletableFuture<Integer>> movement) throws IOException {
            CompletableFuture<Integer> moved = new CompletableFuture<>();
            begin(moved);
            int count = 0;
            try {
                movement.accept(moved);
                count = moved.get();
                return count;
            } catch (ExecutionException e) {
                throw IO.rethrow(e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted while it waited for a client");
            } finally {
                done(count);
            }
        }

        /** Counts bytes that moved without a wait. */
        void moved(int count) {
            lock.lock();
            try {
                bytes += count;
            } finally {
                lock.unlock();
            }
        }

        private void begin(CompletableFuture<Integer> moved) throws IOException {
            lock.lock();
            try {
                if (ended) {
                    throw tooSlow();
                }
                since = clock.getAsLong();
                pending = moved;
            } finally {
                lock.unlock();
            }
        }

        private void done(int count) {
            lock.lock();
            try {
                pending = null;
                waited += clock.getAsLong() - since;
                bytes += count;
            } finally {
                lock.unlock();
            }
        }

        private static IOException tooSlow() {
            return new InterruptedIOException("others need the place of a client that has it wait");
        }

        @Override
        public void close() {
            lock.lock();
            try {
                leave();
            } finally {
                lock.unlock();
            }
        }
    }
}
