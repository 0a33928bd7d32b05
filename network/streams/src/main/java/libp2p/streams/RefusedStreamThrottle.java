package libp2p.streams;

import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/**
 * Slows a peer that goes on opening streams which must be refused, which it resets before it has read what this side
 * had to say on them, or which it resets at once: its connection is not read for a while, so that its own sending comes to a halt. A refusal is
 * cheap, but a stranger may ask for any number of them; a new connection, which it would make if it were disconnected,
 * costs both sides more. Any thread counts and ends; the event loop is told how long not to read.
 */
final class RefusedStreamThrottle {
    private final Environment environment;
    private final long atOnce;
    private final long pause;

    /** When all refusals so far would have been made with a pause after each. */
    private long paid;

    private volatile boolean fresh;
    private volatile boolean ended;

    /**
     * @param atOnce streams in a row that cost nothing
     * @param pause nanoseconds for each of those beyond
     */
    RefusedStreamThrottle(Environment environment, long atOnce, long pause) {
        this.environment = environment;
        this.atOnce = atOnce;
        this.pause = pause;
    }

    /** A stream was refused, or reset. */
    synchronized void refused() {
        paid = Math.max(paid, environment.nanoTime()) + pause;
        fresh = true;
    }

    /**
     * Time for which the caller has to rest until the refusals so far are within the bound, in nanoseconds; 0 if none.
     */
    long restNanos() {
        return fresh && !ended ? Math.max(0, due().remainingNanos(environment)) : 0;
    }

    private synchronized Deadline due() {
        fresh = false;
        return new Deadline(paid - pause * atOnce);
    }

    /** The connection has ended: no peer is slowed any more. */
    void end() {
        ended = true;
    }
}
