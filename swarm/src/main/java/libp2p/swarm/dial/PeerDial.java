package libp2p.swarm.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.connection.DialException;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.DialOptions;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.connection.SwarmConnection;
import org.jspecify.annotations.Nullable;

/**
 * One dial of one peer, shared by all who wait for it. A coordinating thread starts an attempt per address when the ranking
 * says so, or at once when nothing is in flight; the first that succeeds wins and the others are cancelled. When the last
 * waiter has left, everything is cancelled.
 */
final class PeerDial implements Runnable {
    /** After a transport is connected, later attempts wait this long for its handshakes. */
    private static final long HOLD_NANOS = Duration.ofMillis(500).toNanos();

    private final DialContext context;
    private final @Nullable PeerId peer;
    private final List<Multiaddr> given;
    private final DialOptions options;
    private final Deadline deadline;
    private final Runnable finishedAction;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final TimedCondition finished;
    private final Set<DialAttempt> active = new LinkedHashSet<>();
    private final SequencedMap<Multiaddr, Throwable> causes = new LinkedHashMap<>();
    private @Nullable Thread coordinator;
    private @Nullable SwarmConnection winner;
    private @Nullable IOException failure;
    private long holdUntil = Long.MIN_VALUE;
    private int waiters;
    private boolean unreached;
    private boolean done;

    PeerDial(
            DialContext context,
            @Nullable PeerId peer,
            List<Multiaddr> given,
            DialOptions options,
            Deadline deadline,
            Runnable finishedAction) {
        this.context = context;
        this.peer = peer;
        this.given = given;
        this.options = options;
        this.deadline = deadline;
        this.finishedAction = finishedAction;
        this.changed = new TimedCondition(context.environment(), lock);
        this.finished = new TimedCondition(context.environment(), lock);
    }

    /** Adds a waiter; false if the dial has ended already. */
    boolean join() {
        lock.lock();
        try {
            if (done) {
                return false;
            }
            waiters++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the result; to be called once after each successful {@link #join}. */
    SwarmConnection await(Deadline until) throws IOException {
        lock.lock();
        try {
            while (!done) {
                if (!finished.await(until) && !done) {
                    throw new DeadlineExceededException("dial of " + (peer == null ? given : peer), peer);
                }
            }
            if (winner != null) {
                return winner;
            }
            throw failed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while dialing");
        } finally {
            if (--waiters == 0 && !done) {
                cancelWith("nobody waits for it");
            }
            lock.unlock();
        }
    }

    /** A new exception for each waiter, so that none shares a stack trace with another. */
    private IOException failed() {
        if (failure instanceof DialException dial) {
            return new DialException(peer, "no address worked", dial.causes());
        }
        return failure == null ? new DialRefusedException("dial cancelled", true) : failure;
    }

    /** Ends the dial, whoever waits for it. */
    void cancel(String why) {
        lock.lock();
        try {
            cancelWith(why);
        } finally {
            lock.unlock();
        }
    }

    private void cancelWith(String why) {
        finish(null, new DialRefusedException("dial cancelled: " + why, true));
        if (coordinator != null) {
            coordinator.interrupt();
        }
    }

    @Override
    public void run() {
        lock.lock();
        coordinator = Thread.currentThread();
        lock.unlock();
        try {
            DialCandidates candidates = new DialCandidates(context, peer, options);
            candidates.add(given, deadline);
            coordinate(candidates);
        } catch (InterruptedException e) {
            end(null, new InterruptedIOException("dial cancelled"));
        } catch (RuntimeException | Error e) {
            end(null, new IOException("dial failed: " + e, e));
            throw e;
        } finally {
            finishedAction.run();
        }
    }

    private void coordinate(DialCandidates candidates) throws InterruptedException {
        ArrayDeque<DialRanker.Ranked> queue = new ArrayDeque<>(candidates.ranked());
        long start = context.environment().nanoTime();
        lock.lock();
        try {
            causes.putAll(candidates.refused());
            while (!done) {
                DialRanker.Ranked next = queue.peek();
                if (next == null && active.isEmpty()) {
                    finish(null, new DialException(peer, "no address worked", causes));
                } else if (deadline.passed(context.environment())) {
                    finish(null, new DeadlineExceededException("dial of " + (peer == null ? given : peer), peer));
                } else if (next != null && due(next, start)) {
                    queue.remove();
                    start(next.address());
                } else {
                    changed.await(nextWake(next, start));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean due(DialRanker.Ranked next, long start) {
        if (active.size() >= context.limits().dialing().dialsPerPeer()) {
            return false;
        }
        return active.isEmpty() || context.environment().nanoTime() >= dueAt(next, start);
    }

    private long dueAt(DialRanker.Ranked next, long start) {
        return Math.max(start + next.delay().toNanos(), holdUntil);
    }

    private Deadline nextWake(DialRanker.@Nullable Ranked next, long start) {
        boolean full = active.size() >= context.limits().dialing().dialsPerPeer();
        return next == null || full ? deadline : deadline.earlier(new Deadline(dueAt(next, start)));
    }

    private void start(Multiaddr address) {
        DialAttempt attempt = new DialAttempt(context, this, peer, address, options, deadline);
        active.add(attempt);
        attempt.start();
    }

    /** Tells a circuit breaker what the dial has shown about the peer; to be called when it has ended. */
    void report(CircuitBreakers.Permit permit) {
        lock.lock();
        try {
            if (winner != null) {
                permit.succeeded();
            } else if (unreached
                    && (failure instanceof DialException || failure instanceof DeadlineExceededException)) {
                permit.failed();
            } else {
                permit.abandoned();
            }
        } finally {
            lock.unlock();
        }
    }

    /** An attempt has connected its transport. */
    void transportConnected() {
        lock.lock();
        try {
            holdUntil = context.environment().nanoTime() + HOLD_NANOS;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an attempt that succeeded may enter its connection into the table. */
    boolean isWanted() {
        lock.lock();
        try {
            return !done;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an attempt has succeeded, so that those which are cancelled were too slow. */
    boolean isWon() {
        lock.lock();
        try {
            return winner != null;
        } finally {
            lock.unlock();
        }
    }

    void succeeded(DialAttempt attempt, SwarmConnection connection) {
        lock.lock();
        try {
            active.remove(attempt);
        } finally {
            lock.unlock();
        }
        end(connection, null);
    }

    void failed(DialAttempt attempt, Throwable cause) {
        lock.lock();
        try {
            active.remove(attempt);
            causes.put(attempt.address(), cause);
            unreached |= DialContext.isRemote(cause);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable SwarmConnection connection, @Nullable IOException cause) {
        lock.lock();
        try {
            finish(connection, cause);
        } finally {
            lock.unlock();
        }
    }

    private void finish(@Nullable SwarmConnection connection, @Nullable IOException cause) {
        if (done) {
            return;
        }
        done = true;
        winner = connection;
        failure = cause;
        active.forEach(DialAttempt::cancel);
        finished.signalAll();
        changed.signal();
    }
}
