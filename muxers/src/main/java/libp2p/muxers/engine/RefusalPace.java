package libp2p.muxers.engine;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.muxers.Limits;

/**
 * Slows a peer that goes on opening streams which must be refused: its connection is not read for a while, so that its
 * own sending comes to a halt. A refusal is cheap, but a stranger may ask for any number of them; a new connection, which
 * it would make if it were disconnected, costs both sides more. The reader thread counts and rests; any thread may end.
 */
final class RefusalPace {
    private final Environment environment;
    private final long pauseNanos;
    private final long creditNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition over;
    private boolean ended;

    /** When all refusals so far would have been made with a pause after each. */
    private long paid;

    private volatile boolean fresh;

    RefusalPace(Environment environment, Limits.Refusals limits) {
        this.environment = environment;
        this.pauseNanos = Nanos.of(limits.pause());
        this.creditNanos = pauseNanos * limits.atOnce();
        this.over = new TimedCondition(environment, lock);
    }

    /** A stream was refused. */
    void refused() {
        lock.lock();
        try {
            paid = Math.max(paid, environment.nanoTime()) + pauseNanos;
            fresh = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the refusals so far are within the bound, or the connection has ended. */
    void rest() {
        if (!fresh) {
            return;
        }
        lock.lock();
        try {
            fresh = false;
            Deadline until = new Deadline(paid - creditNanos);
            while (!ended && !until.passed(environment)) {
                over.await(until);
            }
        } catch (InterruptedException ignored) {
            Thread.interrupted(); // nobody outside of this package knows the reader thread
        } finally {
            lock.unlock();
        }
    }

    /** The connection has ended: nobody is slowed any more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            over.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
