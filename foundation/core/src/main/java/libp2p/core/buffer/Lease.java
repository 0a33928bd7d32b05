package libp2p.core.buffer;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The right to use one buffer of a pool until it is closed. May be handed from thread to thread, with a happens-before.
 */
public final class Lease implements AutoCloseable {
    private final BufferPool pool;
    private final AtomicReference<@Nullable ByteBuffer> buffer;

    Lease(BufferPool pool, ByteBuffer buffer) {
        this.pool = pool;
        this.buffer = new AtomicReference<>(buffer);
    }

    /**
     * The buffer: always the same one, so position and limit last. It may not be used after {@link #close}.
     *
     * @throws IllegalStateException once closed
     */
    public ByteBuffer buffer() {
        ByteBuffer current = buffer.get();
        if (current == null) {
            throw new IllegalStateException("the lease of the buffer is closed");
        }
        return current;
    }

    /** Gives the buffer back; idempotent. */
    @Override
    public void close() {
        ByteBuffer current = buffer.getAndSet(null);
        if (current != null) {
            pool.giveBack(current);
        }
    }
}
