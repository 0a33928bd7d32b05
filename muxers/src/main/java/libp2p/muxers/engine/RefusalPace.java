package libp2p.muxers.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.muxers.Limits;
import org.jspecify.annotations.Nullable;

/**
 * Slows a peer that goes on opening streams which must be refused: its connection is not read for a while, so that its
 * own sending comes to a halt. A refusal is cheap, but a stranger may ask for any number of them; a new connection, which
 * it would make if it were disconnected, costs both sides more. Any thread counts and ends; a reader thread of its own rests, an event
 * loop is told for how long.
 */
final class RefusalPace {
    private final Environment environment;
    private final Limits.Refusals limits;

    /** When all refusals so far would have been made with a pause after each. */
    private long paid;

    private volatile boolean fresh;
    private volatile boolean ended;
    private volatile @Nullable Thread resting;

    RefusalPace(Environment environment, Limits.Refusals limits) {
        this.environment = environment;
        this.limits = limits;
    }

    /** A stream was refused. */
    synchronized void refused() {
        paid = Math.max(paid, environment.nanoTime()) + Nanos.of(limits.pause());
        fresh = true;
    }

    /** How long the caller has to rest until the refusals so far are within the bound, in nanoseconds; 0 if not at all. */
    long restNanos() {
        return fresh && !ended ? Math.max(0, due().remainingNanos(environment)) : 0;
    }

    private synchronized Deadline due() {
        fresh = false;
        return new Deadline(paid - Nanos.of(limits.pause()) * limits.atOnce());
    }

    /** Waits so long, or until the connection has ended. */
    void rest(long nanos) {
        if (nanos > 0) {
            rest(Deadline.after(environment, Duration.ofNanos(nanos)));
        }
    }

    private void rest(Deadline until) {
        resting = Thread.currentThread();
        while (!ended && !until.passed(environment)) {
            environment.park(this, until);
            Thread.interrupted(); // nobody outside of this package knows the reader thread
        }
        resting = null;
    }

    /** The connection has ended: nobody is slowed any more. */
    void end() {
        ended = true;
        Thread thread = resting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
