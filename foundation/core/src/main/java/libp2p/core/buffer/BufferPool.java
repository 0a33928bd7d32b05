package libp2p.core.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers of one size that are used again. The pool keeps a bounded number of idle ones; when it is empty it
 * allocates, so it never makes anybody wait: a caller that needs a bound on the buffers in use charges them to a
 * resource scope. Thread-safe and lock-free.
 *
 * <p>A pool that poisons fills returned buffers with a pattern, so that reading after the return gives nonsense, and
 * finds the pattern broken by a write after the return when the buffer is leased next.
 */
public final class BufferPool {
    /** Usual size in bytes: the longest Noise message with its length and some room for alignment and headers. */
    public static final int BUFFER_BYTES = (64 << 10) + 256;

    /** Usual number of idle buffers that are kept: about 16 MiB. */
    public static final int RETAINED = 256;

    private static final byte POISON = (byte) 0xDB;

    private record Node(ByteBuffer buffer, @Nullable Node next) {}

    private final int bufferBytes;
    private final int retained;
    private final boolean poison;
    private final ByteBuffer pattern;
    private final AtomicReference<@Nullable Node> stack = new AtomicReference<>();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong allocations = new AtomicLong();

    /** A pool of the usual size, which poisons if assertions are enabled for this class. */
    public BufferPool() {
        this(BUFFER_BYTES, RETAINED);
    }

    /** A pool that poisons if assertions are enabled for this class. */
    public BufferPool(int bufferBytes, int retained) {
        this(bufferBytes, retained, BufferPool.class.desiredAssertionStatus());
    }

    /**
     * @param bufferBytes capacity of each buffer
     * @param retained how many idle buffers are kept at most
     * @param poison whether returned buffers are poisoned
     */
    public BufferPool(int bufferBytes, int retained, boolean poison) {
        if (bufferBytes <= 0 || retained < 0) {
            throw new IllegalArgumentException("a pool of " + retained + " buffers of " + bufferBytes + " bytes");
        }
        this.bufferBytes = bufferBytes;
        this.retained = retained;
        this.poison = poison;
        this.pattern = poison ? pattern(bufferBytes) : ByteBuffer.allocate(0);
    }

    private static ByteBuffer pattern(int bytes) {
        byte[] pattern = new byte[bytes];
        Arrays.fill(pattern, POISON);
        return ByteBuffer.wrap(pattern).asReadOnlyBuffer();
    }

    /** The pool of the process, for those who are not given one. */
    public static BufferPool shared() {
        return Shared.POOL;
    }

    private static final class Shared {
        static final BufferPool POOL = new BufferPool();
    }

    /**
     * Takes an idle buffer or allocates one; position 0, limit at the capacity, content undefined. The caller closes
     * the lease.
     *
     * @throws IllegalStateException if this pool poisons and a thread has written into the buffer after it was returned
     */
    public Lease lease() {
        ByteBuffer buffer = pop();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(bufferBytes);
            allocations.incrementAndGet();
        } else if (poison) {
            requirePoison(buffer);
        }
        outstanding.incrementAndGet();
        return new Lease(this, buffer.clear().order(ByteOrder.BIG_ENDIAN));
    }

    void giveBack(ByteBuffer buffer) {
        outstanding.decrementAndGet();
        if (poison) {
            buffer.clear().put(0, pattern, 0, bufferBytes);
        }
        if (idle.incrementAndGet() > retained) {
            idle.decrementAndGet(); // left to the garbage collector
            return;
        }
        Node head;
        do {
            head = stack.get();
        } while (!stack.compareAndSet(head, new Node(buffer, head)));
    }

    private @Nullable ByteBuffer pop() {
        Node head;
        do {
            head = stack.get();
            if (head == null) {
                return null;
            }
        } while (!stack.compareAndSet(head, head.next));
        idle.decrementAndGet();
        return head.buffer;
    }

    private void requirePoison(ByteBuffer buffer) {
        int at = buffer.clear().mismatch(pattern.duplicate());
        if (at >= 0) {
            throw new IllegalStateException("a pooled buffer was written to at " + at + " after its return");
        }
    }

    /** Capacity of each buffer in bytes. */
    public int bufferBytes() {
        return bufferBytes;
    }

    /** Number of leases that are not closed. */
    public int outstanding() {
        return outstanding.get();
    }

    /** Number of buffers that wait to be leased. */
    public int idle() {
        return idle.get();
    }

    /** Number of buffers allocated so far. */
    public long allocations() {
        return allocations.get();
    }
}
