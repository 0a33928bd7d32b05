package libp2p.core.resource;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;

/**
 * Turns at work that no event cuts short, of which little goes on at a time. Without a free turn a caller waits if its
 * group has fewer than another one, and is refused else; the next turn is for the group that has fewest. So a stranger
 * with many requests and few networks waits for itself alone. Thread-safe.
 */
public final class FairTurns {
    /** Callers that wait, for each turn. */
    private static final int WAITING = 32;

    private final Environment environment;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> running = new HashMap<>();
    /** Those that run and those that wait. */
    private final Map<String, Integer> all = new HashMap<>();

    private final List<Turn> waiting = new ArrayList<>();
    private int taken;

    /** @param most turns at a time */
    public FairTurns(Environment environment, int most) {
        this.environment = environment;
        this.most = most;
    }

    /** A turn; null if none is free. Does not block. */
    public @Nullable Turn takeAtOnce(String group) {
        lock.lock();
        try {
            return taken < most ? begun(new Turn(group)) : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A turn; blocks until there is one.
     *
     * @param group of the caller, see {@link Crowd#groupOfIp}
     * @throws LimitExceededException if no group has more than that of the caller would have
     * @throws InterruptedIOException if the deadline passes first, or the thread is interrupted
     */
    public Turn take(String group, Deadline deadline) throws LimitExceededException, InterruptedIOException {
        lock.lock();
        try {
            Turn turn = new Turn(group);
            if (taken < most) {
                return begun(turn);
            }
            int crowd = all.values().stream().mapToInt(count -> count).max().orElse(0);
            if (crowd <= all.getOrDefault(group, 0) + 1 || waiting.size() >= most * WAITING) {
                throw new LimitExceededException(
                        "turns", "at once", most + 1L, most, LimitExceededException.Side.LOCAL);
            }
            waiting.add(turn);
            all.merge(group, 1, Integer::sum);
            await(turn, deadline);
            return turn;
        } finally {
            lock.unlock();
        }
    }

    private void await(Turn turn, Deadline deadline) throws InterruptedIOException {
        boolean isBegun = false;
        try {
            isBegun = turn.begun.await(deadline, () -> !waiting.contains(turn));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a turn was awaited");
        } finally {
            if (!isBegun && waiting.remove(turn)) {
                less(all, turn.group);
            } else if (!isBegun) {
                end(turn);
            }
        }
        if (!isBegun) {
            throw new DeadlineExceededException("a turn");
        }
    }

    private Turn begun(Turn turn) {
        taken++;
        running.merge(turn.group, 1, Integer::sum);
        all.merge(turn.group, 1, Integer::sum);
        return turn;
    }

    private void end(Turn turn) {
        taken--;
        less(running, turn.group);
        less(all, turn.group);
        Turn next = null;
        for (Turn one : waiting) {
            if (next == null || of(one) < of(next)) {
                next = one;
            }
        }
        if (next != null) {
            waiting.remove(next);
            less(all, next.group);
            begun(next).begun.signal();
        }
    }

    private int of(Turn turn) {
        return running.getOrDefault(turn.group, 0);
    }

    private static void less(Map<String, Integer> counts, String group) {
        counts.computeIfPresent(group, (name, count) -> count == 1 ? null : count - 1);
    }

    /** One turn, which its taker closes. */
    public final class Turn implements AutoCloseable {
        private final String group;
        private final TimedCondition begun = new TimedCondition(environment, lock);
        private boolean closed;

        private Turn(String group) {
            this.group = group;
        }

        /** Gives the turn to the next one; idempotent. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    end(this);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
