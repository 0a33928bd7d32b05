package libp2p.quic.connection;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that leave together: all of one size, but for the last, which may be shorter, and all to one address.
 * Reused by one thread at a time.
 */
public final class SendBatch {
    private final ByteBuffer buffer;
    private final long address;
    private final int segments;
    private int length;
    private int segment;
    private int count;
    private boolean ecn;
    private @Nullable InetSocketAddress remote;

    /**
     * @param buffer as much as fits into it leaves together; direct buffers are sealed faster
     * @param segments datagrams at most
     */
    public SendBatch(ByteBuffer buffer, int segments) {
        this.buffer = buffer;
        this.segments = segments;
        address = buffer.isDirect()
                ? MemorySegment.ofBuffer(buffer.duplicate().clear()).address()
                : 0;
    }

    /** Begins anew. */
    public void clear() {
        length = 0;
        segment = 0;
        count = 0;
        remote = null;
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where a direct buffer starts; 0 for others. Valid as long as the batch is reachable. */
    public long address() {
        return address;
    }

    /** Bytes in it. */
    public int length() {
        return length;
    }

    /** Size of its datagrams; the last may be shorter. */
    public int segment() {
        return segment;
    }

    /** Number of datagrams. */
    public int count() {
        return count;
    }

    /** Whether they are to be marked as ECT(0). */
    public boolean ecn() {
        return ecn;
    }

    public InetSocketAddress remote() {
        InetSocketAddress to = remote;
        if (to == null) {
            throw new IllegalStateException("the batch is empty");
        }
        return to;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** How long the next datagram may be. */
    int room(int wanted) {
        int most = count == 0 ? wanted : Math.min(wanted, segment);
        return Math.min(most, buffer.capacity() - length);
    }

    /** Adds a datagram that stands behind the others; returns whether another may follow. */
    boolean add(int size, int full, boolean marked, InetSocketAddress to) {
        if (count == 0) {
            segment = size;
            ecn = marked;
            remote = to;
        }
        length += size;
        count++;
        return size == segment && size == full && count < segments && buffer.capacity() - length >= segment;
    }
}
