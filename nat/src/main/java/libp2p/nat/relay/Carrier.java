package libp2p.nat.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * One way of a circuit. Bytes that arrive are written at once by the thread that has received them, as long as the other stream
 * has room for them. The thread of this way goes on where waiting is needed: for room, for the end, and when so many bytes come
 * that the receiving thread would serve nobody else. The bytes pass through one pooled direct buffer, which is held only while
 * there are some: a silent circuit holds none.
 */
final class Carrier {
    /** How often the thread that receives writes in a row. */
    private static final int ROUNDS = 4;

    private final Environment environment;
    private final Stream from;
    private final Stream to;
    private final int buffer;
    private final long allowed;

    // Touched by the thread whose turn it is: a turn passes with an action of onReadable, or with due.

    /** Bytes that may still pass. */
    private long left;

    private @Nullable IOException failure;
    private volatile boolean due;

    /** @param allowed bytes that may pass in all */
    Carrier(Environment environment, Stream from, Stream to, int buffer, long allowed) {
        this.environment = environment;
        this.from = from;
        this.to = to;
        this.buffer = buffer;
        this.allowed = allowed;
        this.left = allowed;
    }

    /**
     * Carries until the end of one stream, which becomes the end of the other's writing; blocks.
     *
     * @throws CircuitFullException when there is more than is allowed; what is allowed has been written
     */
    void carry() throws IOException {
        boolean ready = isReadable();
        while (true) {
            if (!ready) {
                awaitTurn();
            }
            if (failure != null) {
                throw failure;
            }
            try (Lease lease = BufferPool.shared().lease()) {
                do {
                    ByteBuffer bytes = lease.buffer();
                    int most = Math.min(buffer, bytes.capacity());
                    int count = from.read(bytes.clear().limit((int) Math.clamp(left, 1, most)));
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

    /** Whether it is the turn of the calling thread, since there is more; if not, the bytes that come are carried as they come. */
    private boolean isReadable() {
        due = false;
        Thread waiter = Thread.currentThread();
        return from.onReadable(() -> received(waiter));
    }

    /** Runs on the thread that has received something. */
    private void received(Thread waiter) {
        boolean done = false;
        try {
            done = pass(waiter);
        } catch (IOException e) {
            failure = e;
        } finally {
            if (!done) {
                due = true;
                environment.unpark(waiter);
            }
        }
    }

    /** Carries what needs no waiting; false leaves the rest to the thread of this way. */
    private boolean pass(Thread waiter) throws IOException {
        try (Lease lease = BufferPool.shared().lease()) {
            ByteBuffer bytes = lease.buffer();
            int most = Math.min(buffer, bytes.capacity());
            for (int round = 0; round < ROUNDS; round++) {
                if (left < most || !to.isWritable(most)) {
                    return false;
                }
                int count = from.read(bytes.clear().limit(most));
                if (count < 0) {
                    return false;
                }
                left -= count;
                to.write(bytes.flip());
                if (!from.onReadable(() -> received(waiter))) {
                    return true;
                }
            }
            return false;
        }
    }

    private void awaitTurn() throws InterruptedIOException {
        while (!due) {
            environment.park(this, Deadline.NONE);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while a circuit was silent");
            }
        }
    }
}
