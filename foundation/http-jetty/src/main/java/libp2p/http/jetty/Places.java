package libp2p.http.jetty;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/**
 * The places of the requests that are under way, and the memory that their answers hold while clients take them. Where
 * either runs short, the request goes that has waited longest for its client, less the time that the bytes which
 * moved are worth. Thread-safe.
 */
final class Places {
    private static final double SECOND = 1e9;

    /** Bytes of answers whose memory is that of their places. */
    private static final int SMALL = 16 << 10;

    /** Bytes of an answer that are in memory at once: those of the largest block. */
    private static final int LARGE = 2 << 20;

    private final HttpServerLimits limits;
    private final long memory;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Place> taken = new LinkedHashSet<>();
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

    /** A place for the request of this thread; null if there is none. */
    @Nullable
    Place take() {
        lock.lock();
        try {
            if (taken.size() >= limits.requests() && !endSlowest(null)) {
                return null;
            }
            Place place = new Place();
            taken.add(place);
            return place;
        } finally {
            lock.unlock();
        }
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
        private @Nullable CompletableFuture<Integer> pending;
        private long holds;
        private long waited;
        private long since;
        private long bytes;
        private boolean ended;

        private long delay(long now) {
            return waited + (pending != null ? now - since : 0) - (long) (bytes * (SECOND / limits.brisk()));
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
                held -= holds;
            }
        }

        /**
         * Takes memory for an answer.
         *
         * @param length bytes of the answer, −1 if that is not known
         * @return false if there is none
         */
        boolean hold(long length) {
            long wanted = length < 0 ? LARGE : Math.min(length, LARGE);
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
