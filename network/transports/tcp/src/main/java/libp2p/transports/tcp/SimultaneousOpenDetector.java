package libp2p.transports.tcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.transport.ForwardingRawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Simultaneous open: a raw connection whose first bytes a thread of its own reads, so that it can be found out whether the other end
 * begins. The greeting of multistream-select alone is no beginning: either end may send it first. With one reader and
 * one writer.
 */
final class SimultaneousOpenDetector extends ForwardingRawConnection {
    /** The message {@code /multistream/1.0.0} with its length. */
    private static final int GREETING = 20;

    private static final int MOST = 64;

    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrived;
    private final ByteBuffer ahead = ByteBuffer.allocate(GREETING + MOST);
    private int consumed;
    private boolean ended;
    private boolean over;
    private @Nullable IOException failure;

    private SimultaneousOpenDetector(RawConnection raw, Environment environment) {
        super(raw);
        this.environment = environment;
        this.arrived = new TimedCondition(environment, lock);
    }

    /** Begins to read; closing the connection ends that. */
    static SimultaneousOpenDetector of(RawConnection raw, Environment environment) {
        SimultaneousOpenDetector connection = new SimultaneousOpenDetector(raw, environment);
        environment.start("first bytes of " + raw.remoteAddress(), connection::readAhead);
        return connection;
    }

    private void readAhead() {
        ByteBuffer part = ByteBuffer.allocate(MOST);
        boolean more = true;
        while (more) {
            int count = 0;
            IOException cause = null;
            try {
                count = raw.read(part.clear());
            } catch (IOException e) {
                cause = e;
            }
            lock.lock();
            try {
                failure = cause;
                over = count < 0;
                ahead.put(part.flip());
                ended = over || cause != null || ahead.position() > GREETING;
                more = !ended;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until the deadline; whether the other end has sent no more than its greeting. */
    boolean isSilent(Deadline until) throws InterruptedIOException {
        lock.lock();
        try {
            while (!ended && !until.passed(environment)) {
                await(until);
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    private void await(Deadline until) throws InterruptedIOException {
        try {
            arrived.await(until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: first bytes of " + raw.remoteAddress());
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            while (consumed == ahead.position() && !ended) {
                await(Deadline.NONE);
            }
            int count = Math.min(ahead.position() - consumed, target.remaining());
            if (count > 0) {
                target.put(ahead.array(), consumed, count);
                consumed += count;
                return count;
            }
            if (failure != null) {
                throw failure;
            }
            if (over) {
                return -1;
            }
        } finally {
            lock.unlock();
        }
        return raw.read(target);
    }
}
