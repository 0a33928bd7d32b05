package libp2p.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;

/**
 * Watches over the work for an answer: it ends when the client has left, when a time has passed in which no byte went to
 * the client, and when the time of the request is over. {@link #leave} may be called by any thread, the rest by the
 * one that handles the request.
 */
public final class RequestClock implements RequestContext {
    /** After this time of work others go first. */
    private static final long SLICE = 1_000_000;

    private final LongSupplier nanoTime;
    private final Runnable yield;
    private final Duration silence;
    private final Duration whole;
    private final long begun;
    private final AtomicReference<@Nullable Throwable> left = new AtomicReference<>();
    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>(); // of the handler alone, which names a few
    private long sent;
    private long yielded;

    /**
     * A clock that begins to run.
     *
     * @param nanoTime monotonic
     * @param yield lets other threads go first
     * @param silence longest work without a byte for the client
     * @param whole longest time of the request
     */
    public RequestClock(LongSupplier nanoTime, Runnable yield, Duration silence, Duration whole) {
        this.nanoTime = nanoTime;
        this.yield = yield;
        this.silence = silence;
        this.whole = whole;
        begun = nanoTime.getAsLong();
        sent = begun;
        yielded = begun;
    }

    /** The client has left; idempotent. */
    public void leave(Throwable cause) {
        left.compareAndSet(null, cause);
        runActions();
    }

    @Override
    public void whenLeft(Runnable action) {
        actions.add(action);
        if (left.get() != null) {
            runActions();
        }
    }

    private void runActions() {
        for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
            action.run();
        }
    }

    @Override
    public void check() throws IOException {
        long now = nanoTime.getAsLong();
        if (now - yielded > SLICE) {
            yield.run();
            now = nanoTime.getAsLong();
            yielded = now;
        }
        Throwable cause = left.get();
        if (cause != null) {
            throw new ClientGoneException(cause);
        }
        if (now - sent > silence.toNanos()) {
            throw new DeadlineExceededException(
                    "the answer took more than " + silence.toSeconds() + " s without a byte for the client");
        }
        if (now - begun > whole.toNanos()) {
            throw new DeadlineExceededException("the request took more than " + whole.toSeconds() + " s");
        }
    }

    /** An output to the client: what is written to it shows that the work goes on. */
    public OutputStream over(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
                sent = nanoTime.getAsLong();
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                out.write(from, offset, length);
                sent = nanoTime.getAsLong();
            }
        };
    }
}
