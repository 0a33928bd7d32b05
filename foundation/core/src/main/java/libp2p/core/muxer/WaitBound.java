package libp2p.core.muxer;

import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;

/**
 * Bounds on the waits of one way of a stream: a length for each, and a moment for all of them. Every muxer keeps
 * one for reads and one for writes, so that they agree about zero, about very long times and about moments that have
 * passed. Thread-safe.
 */
public final class WaitBound {
    private final Environment environment;
    private final String operation;
    private volatile long timeoutNanos;
    private volatile Deadline deadline = Deadline.NONE;

    /** @param operation named by errors, for example {@code "read"} */
    public WaitBound(Environment environment, String operation) {
        this.environment = environment;
        this.operation = operation;
    }

    /**
     * Sets the longest time of one wait; zero means for ever, and so does more than 292 years.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public void timeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout is not negative: " + timeout);
        }
        long nanos;
        try {
            nanos = timeout.toNanos();
        } catch (ArithmeticException tooLong) {
            nanos = 0;
        }
        timeoutNanos = nanos;
    }

    /** Until when waits may take, and new ones begin. */
    public void deadline(Deadline until) {
        deadline = until;
    }

    /** Until when waits may take. */
    public Deadline deadline() {
        return deadline;
    }

    /** Throws if the deadline has passed; free of cost where there is none. */
    public void check() throws DeadlineExceededException {
        if (deadline.passed(environment)) {
            throw late();
        }
    }

    /** Until when a wait that begins now may take. */
    public Deadline next() {
        long nanos = timeoutNanos;
        return nanos == 0 ? deadline : deadline.earlier(Deadline.afterNanos(environment, nanos));
    }

    /** The exception of a wait that took too long. */
    public DeadlineExceededException late() {
        return new DeadlineExceededException(operation);
    }
}
