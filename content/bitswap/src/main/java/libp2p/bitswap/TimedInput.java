package libp2p.bitswap;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The input of a stream on which a message that has begun must be complete in time: a peer that sends it byte by byte
 * does not hold the stream for longer. One thread at a time.
 */
final class TimedInput extends InputStream implements AutoCloseable {
    private final Environment environment;
    private final Stream stream;
    private final InputStream in;
    private final long nanos;
    private @Nullable Timer timer;

    TimedInput(Environment environment, Stream stream, Duration time) {
        this.environment = environment;
        this.stream = stream;
        in = stream.input();
        nanos = time.toNanos();
    }

    @Override
    public int read() throws IOException {
        return begun(in.read());
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return begun(in.read(target, offset, length));
    }

    private int begun(int count) {
        if (timer == null && count >= 0) {
            timer = environment.schedule(nanos, () -> stream.reset(ErrorCode.STREAM_PROTOCOL_VIOLATION));
        }
        return count;
    }

    /** The message is complete; the next byte begins another. */
    void complete() {
        Timer running = timer;
        if (running != null) {
            running.cancel();
            timer = null;
        }
    }

    /** Ends the watch; the stream is the caller's. */
    @Override
    public void close() {
        complete();
    }
}
