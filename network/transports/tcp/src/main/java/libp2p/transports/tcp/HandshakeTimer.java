package libp2p.transports.tcp;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;

/**
 * Closes a raw connection whose handshake takes too long, because blocking reads and writes have no timeouts of their
 * own. Either the handshake ends first ({@link #finish}) or the timer fires, never both. Thread-safe.
 *
 * <pre>{@code
 * try (HandshakeTimer timer = HandshakeTimer.start(environment, deadline, raw, "TLS handshake")) {
 *     handshake(raw);
 *     timer.finish();
 * }
 * }</pre>
 */
public final class HandshakeTimer implements AutoCloseable {
    private static final int RUNNING = 0;
    private static final int FINISHED = 1;
    private static final int FIRED = 2;
    private static final int GIVEN_UP = 3;

    private final String what;
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final RawConnection raw;
    private final Consumer<HandshakeTimer> over;
    private final Timer timer;

    /** @param over is told that it does not run any more */
    HandshakeTimer(
            Environment environment, Deadline deadline, RawConnection raw, String what, Consumer<HandshakeTimer> over) {
        this.what = what;
        this.raw = raw;
        this.over = over;
        this.timer = environment.schedule(deadline.remainingNanos(environment), () -> {
            if (state.compareAndSet(RUNNING, FIRED)) {
                raw.close();
            }
        });
    }

    /**
     * Starts the timer.
     *
     * @param what names the handshake in errors
     */
    public static HandshakeTimer start(Environment environment, Deadline deadline, RawConnection raw, String what) {
        return new HandshakeTimer(environment, deadline, raw, what, ended -> {});
    }

    /**
     * Ends the timer after the handshake.
     *
     * @throws DeadlineExceededException if the timer was faster, and the connection is closed
     */
    public void finish() throws DeadlineExceededException {
        timer.cancel();
        if (!state.compareAndSet(RUNNING, FINISHED) && state.get() == FIRED) {
            throw new DeadlineExceededException(what);
        }
    }

    /** The exception for a failure: the failure itself, or the passed deadline if that was its cause. */
    public IOException explain(IOException failure) {
        if (state.get() != FIRED || failure instanceof DeadlineExceededException) {
            return failure;
        }
        DeadlineExceededException late = new DeadlineExceededException(what);
        late.initCause(failure);
        return late;
    }

    /** Ends the timer if it still runs; idempotent. */
    @Override
    public void close() {
        state.compareAndSet(RUNNING, FINISHED);
        timer.cancel();
        over.accept(this);
    }

    /** Closes the connection if the handshake has not ended. */
    void giveUp() {
        if (state.compareAndSet(RUNNING, GIVEN_UP)) {
            timer.cancel();
            raw.close();
        }
    }
}
