package libp2p.http.jetty;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;

/**
 * A body that fails where it is longer than the limit, or comes too slowly: a slow client would hold its place for
 * hours. One thread.
 */
final class BoundedInput extends FilterInputStream {
    private static final double NANOS = 1e9;

    private final HttpServerLimits limits;
    private final LongSupplier clock;
    private final long begin;
    private long read;

    /** @param clock nanoseconds, from any origin */
    BoundedInput(InputStream in, HttpServerLimits limits, LongSupplier clock) {
        super(in);
        this.limits = limits;
        this.clock = clock;
        begin = clock.getAsLong();
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        counted(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        counted(Math.max(0, count));
        return count;
    }

    private void counted(int count) throws IOException {
        read += count;
        if (read > limits.bodyBytes()) {
            throw new LimitExceededException(
                    "request", "bytes", read, limits.bodyBytes(), LimitExceededException.Side.LOCAL);
        }
        long allowed = limits.idle().toNanos() + (long) (read * NANOS / limits.slowest());
        if (count > 0 && clock.getAsLong() - begin > allowed) {
            throw new DeadlineExceededException(
                    "a body that comes at less than " + limits.slowest() + " bytes a second");
        }
    }
}
