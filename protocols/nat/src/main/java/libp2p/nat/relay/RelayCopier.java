package libp2p.nat.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/**
 * One way of a circuit. Bytes go on in the memory into which they were received, or are copied once out of it ({@link
 * Stream#transferTo}): a silent circuit holds no buffer.
 */
final class RelayCopier {
    private static final long ENDED = -1;

    private final Environment environment;
    private final Stream from;
    private final Stream to;
    private volatile boolean readable;

    RelayCopier(Environment environment, Stream from, Stream to) {
        this.environment = environment;
        this.from = from;
        this.to = to;
    }

    /**
     * Carries until the end of one stream, which becomes the end of the other's writing.
     *
     * @param allowed bytes
     * @throws CircuitFullException when there is more than is allowed; the allowed part has been written
     */
    void carry(long allowed) throws IOException {
        long left = allowed;
        boolean ready = isReadable();
        while (true) {
            if (!ready) {
                awaitBytes();
            }
            if (left == 0) {
                left = endOrFull(allowed);
            } else {
                int count = from.transferTo(to, (int) Math.min(left, Integer.MAX_VALUE));
                left = count < 0 ? ENDED : left - count;
            }
            if (left == ENDED) {
                to.closeWrite();
                return;
            }
            environment.schedulePoint();
            ready = isReadable();
        }
    }

    /** All that is allowed has passed: now only the end may come. */
    private long endOrFull(long allowed) throws IOException {
        if (from.read(ByteBuffer.allocate(1)) >= 0) {
            throw new CircuitFullException(allowed);
        }
        return ENDED;
    }

    /** Whether there are more bytes; if not, this thread is woken when there are. */
    private boolean isReadable() {
        readable = false;
        Thread waiter = Thread.currentThread();
        if (from.onReadable(() -> {
            readable = true;
            environment.unpark(waiter);
        })) {
            readable = true;
        }
        return readable;
    }

    private void awaitBytes() throws InterruptedIOException {
        while (!readable) {
            environment.park(this, Deadline.NONE);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while a circuit was silent");
            }
        }
    }
}
