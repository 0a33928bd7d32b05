package libp2p.swarm.breaker;

import libp2p.swarm.breaker.CircuitBreakers.Options;
import libp2p.swarm.breaker.CircuitBreakers.State;

/**
 * A circuit breaker: whether one peer is worth trying. Closed, all may; after a number of failures in a row it opens, and none
 * may; after a while it is half open, and one may: success closes it, failure opens it again. The outcome of an attempt
 * that began before the state changed says nothing about the new one and is ignored. A state machine without time,
 * threads or locks of its own.
 */
final class CircuitBreaker {
    /** None may try. */
    static final long REFUSED = -1;

    private final Options options;
    private State state = State.CLOSED;
    private long changed;
    private long generation;
    private int failures;
    private boolean trying;

    CircuitBreaker(Options options) {
        this.options = options;
    }

    /** The state at a time. */
    State state(long now) {
        if (state == State.OPEN && now - changed >= options.open().toNanos()) {
            become(State.HALF_OPEN, now);
        }
        return state;
    }

    /** The state that it had last; an open one may be half open by now. */
    State lastState() {
        return state;
    }

    /**
     * Asks whether one may try.
     *
     * @return a ticket to be handed back with the outcome, or {@link #REFUSED}
     */
    long enter(long now) {
        switch (state(now)) {
            case OPEN -> {
                return REFUSED;
            }
            case HALF_OPEN -> {
                if (trying && now - changed < options.open().toNanos()) {
                    return REFUSED;
                }
                become(State.HALF_OPEN, now); // who had the ticket has lost it
                trying = true;
            }
            case CLOSED -> {}
        }
        return generation;
    }

    void succeeded(long ticket, long now) {
        if (ticket == generation) {
            failures = 0;
            if (state != State.CLOSED) {
                become(State.CLOSED, now);
            }
        }
    }

    void failed(long ticket, long now) {
        if (ticket == generation && (state == State.HALF_OPEN || ++failures >= options.failures())) {
            become(State.OPEN, now);
        }
    }

    /** The attempt ended without showing anything. */
    void abandoned(long ticket) {
        if (ticket == generation) {
            trying = false;
        }
    }

    /** The peer was reached by other means. */
    void reset(long now) {
        become(State.CLOSED, now);
    }

    /** Nanoseconds until one may try, at least 0. */
    long remaining(long now) {
        return state == State.CLOSED ? 0 : Math.max(0, options.open().toNanos() - (now - changed));
    }

    int failures() {
        return failures;
    }

    /** Whether it is as if it were new. */
    boolean isIdle() {
        return state == State.CLOSED && failures == 0;
    }

    private void become(State next, long now) {
        state = next;
        changed = now;
        generation++;
        trying = false;
        if (next == State.CLOSED) {
            failures = 0;
        }
    }
}
