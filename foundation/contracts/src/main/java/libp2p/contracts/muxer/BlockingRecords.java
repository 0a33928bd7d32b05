package libp2p.contracts.muxer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection that can only block, with a thread of its own that calls the handler of events; it never writes without
 * waiting.
 */
public abstract class BlockingRecords extends UnsecuredConnection {
    private final Environment environment;
    private boolean over;
    private volatile boolean closed;
    private volatile @Nullable Thread reader;

    /** Clock and threads of the connection. */
    protected BlockingRecords(Environment environment) {
        this.environment = environment;
    }

    /** As {@link #read}; waits. */
    protected abstract @Nullable ByteBuffer take() throws IOException;

    /** As {@link #close}. */
    protected abstract void end();

    @Override
    public final @Nullable ByteBuffer read() throws IOException {
        ByteBuffer taken = null;
        try {
            taken = take();
            return taken;
        } finally {
            over = taken == null;
        }
    }

    @Override
    public final void onReadable(ReadHandler handler) {
        environment.start("reader", () -> {
            reader = Thread.currentThread();
            while (!over && !closed) {
                rest(handler.onReadable());
            }
            handler.onReadable();
        });
    }

    private void rest(long pause) {
        Deadline until = Deadline.after(environment, Duration.ofNanos(Math.max(0, pause)));
        while (pause > 0 && !closed && !until.passed(environment)) {
            environment.park(this, until);
        }
    }

    @Override
    public final boolean isWritable() {
        return false;
    }

    @Override
    public final boolean tryFlush() {
        return false;
    }

    @Override
    public final void close() {
        closed = true;
        end();
        Thread resting = reader;
        if (resting != null) {
            LockSupport.unpark(resting);
        }
    }
}
