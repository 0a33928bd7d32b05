package libp2p.quic.connection;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import libp2p.core.environment.DatagramBatch;
import libp2p.crypto.HeaderMask;

/** A batch that {@link Connection#transmit} fills. Direct buffers are sealed faster. */
public final class SendBatch extends DatagramBatch {
    private static final int ECT0 = 2;
    private static final byte[] NONE = new byte[0];

    private final int segments;
    private int count;
    private int local;
    /** Memory in which packets are built; here, so that an idle connection has none. */
    private byte[] scratch = NONE;

    private final ByteBuffer masks;

    /**
     * @param buffer as much as fits into it leaves together
     * @param segments datagrams at most
     */
    public SendBatch(ByteBuffer buffer, int segments) {
        super(buffer);
        this.segments = segments;
        int room = segments * HeaderMask.SAMPLE_LENGTH;
        masks = (buffer.isDirect() ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void clear() {
        super.clear();
        count = 0;
    }

    /** Number of datagrams. */
    public int count() {
        return count;
    }

    /** The address of this side from which it leaves, as {@link Migration#attempt} has named it. */
    public int local() {
        return local;
    }

    byte[] scratch() {
        if (scratch.length == 0) {
            scratch = new byte[Connection.MAX_DATAGRAM];
        }
        return scratch;
    }

    /** Memory for the masks of the headers of all datagrams. */
    ByteBuffer masks() {
        return masks;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Largest size of the next datagram. */
    int room(int wanted) {
        int most = count == 0 ? wanted : Math.min(wanted, segment);
        return Math.min(most, buffer().capacity() - length);
    }

    /** Adds a datagram that stands behind the others; returns whether another may follow. */
    boolean add(int size, int full, boolean marked, NetworkPath path) {
        if (count == 0) {
            segment = size;
            codepoint = marked ? ECT0 : 0;
            remote = path.remote;
            own = path.own;
            local = path.local;
        }
        length += size;
        count++;
        return size == segment && size == full && count < segments && buffer().capacity() - length >= segment;
    }
}
