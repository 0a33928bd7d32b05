package libp2p.swarm.breaker;

import java.time.Duration;
import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** A peer was not tried: its circuit breaker is open, or half open and another attempt is under way. */
public final class CircuitOpenException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final int failures;
    private final Duration remaining;

    /**
     * @param peer that is left alone
     * @param failures in a row that opened the breaker
     * @param remaining how long the peer is still left alone, at least 0
     */
    CircuitOpenException(PeerId peer, int failures, Duration remaining) {
        super("failed " + failures + " times in a row, left alone for " + remaining.toMillis() + " ms");
        addContext(peer, null);
        this.failures = failures;
        this.remaining = remaining;
    }

    /** Failures in a row that opened the breaker. */
    public int failures() {
        return failures;
    }

    /** How long the peer is left alone from when this was thrown; at least 0. */
    public Duration remaining() {
        return remaining;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
