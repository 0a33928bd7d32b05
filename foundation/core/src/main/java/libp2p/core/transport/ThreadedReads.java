package libp2p.core.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.BlockingConnection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Gives events to a connection that can only block: from {@link #onReadable} on, a thread of its own calls the handler,
 * whose reads wait on that thread. It costs a parked stack for each connection, so a transport over sockets does
 * without it.
 */
public final class ThreadedReads implements RawConnection {
    private final Environment environment;
    private final BlockingConnection connection;
    /** Whether the last read brought the end or failed; of the reading thread. */
    private boolean over;

    private volatile boolean closed;
    private volatile @Nullable Thread resting;

    /** @param connection is taken over */
    public ThreadedReads(Environment environment, BlockingConnection connection) {
        this.environment = environment;
        this.connection = connection;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = -1;
        try {
            count = connection.read(target);
            return count;
        } finally {
            over = count < 0;
        }
    }

    @Override
    public void onReadable(ReadHandler handler) {
        environment.start("reader of " + connection.remoteAddress(), () -> serve(handler));
    }

    private void serve(ReadHandler handler) {
        while (!over && !closed) {
            long pause = handler.onReadable();
            if (pause > 0) {
                rest(Deadline.after(environment, Duration.ofNanos(pause)));
            } else {
                environment.yieldCarrier();
            }
        }
        handler.onReadable(); // after the end, as an event loop does
    }

    private void rest(Deadline until) {
        resting = Thread.currentThread();
        while (!closed && !until.passed(environment)) {
            environment.park(this, until);
            Thread.interrupted(); // no code outside of this class knows the reading thread
        }
        resting = null;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        connection.write(source);
    }

    /** Writes nothing: it cannot be known whether a write would wait. */
    @Override
    public void tryWrite(ByteBuffer source) {}

    @Override
    public Multiaddr localAddress() {
        return connection.localAddress();
    }

    @Override
    public Multiaddr remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public boolean portReused() {
        return connection.portReused();
    }

    @Override
    public @Nullable ConnectionLimits limits() {
        return connection.limits();
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
        Thread waiting = resting;
        if (waiting != null) {
            environment.unpark(waiting);
        }
    }
}
