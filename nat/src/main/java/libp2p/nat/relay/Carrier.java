package libp2p.nat.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/**
 * One way of a circuit. The bytes pass through one pooled direct buffer, which is held only while there are some: a
 * silent circuit holds none.
 */
final class Carrier {
    private final Environment environment;
    private final Stream from;
    private final Stream to;
    private final int buffer;
    private volatile boolean readable;

    Carrier(Environment environment, Stream from, Stream to, int buffer) {
        this.environment = environment;
        this.from = from;
        this.to = to;
        this.buffer = buffer;
    }

    /**
     * Carries until the end of one stream, which becomes the end of the other's writing.
     *
     * @param allowed bytes
     * @throws CircuitFullException when there is more than is allowed; what is allowed has been written
     */
    void carry(long allowed) throws IOException {
        long left = allowed;
        boolean ready = isReadable();
        while (true) {
            if (!ready) {
                awaitBytes();
            }
            try (Lease lease = BufferPool.shared().lease()) {
                ByteBuffer bytes = lease.buffer();
                int most = Math.min(buffer, bytes.capacity());
                do {
                    bytes.clear().limit((int) Math.clamp(left, 1, most));
                    int count = from.read(bytes);
                    if (count < 0) {
                        to.closeWrite();
                        return;
                    }
                    if (count > left) {
                        throw new CircuitFullException(allowed);
                    }
                    left -= count;
                    to.write(bytes.flip());
                    environment.schedulePoint();
                    ready = isReadable();
                } while (ready);
            }
        }
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
