package libp2p.core.environment;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that leave or come together: all of one size, but for the last, which may be shorter, and all with one
 * remote address. Reused by one thread at a time.
 */
public class DatagramBatch {
    private final ByteBuffer buffer;
    private final long address;
    /** Bytes in it. */
    protected int length;
    /** Size of its datagrams but the last. */
    protected int segment;
    /** Of ECN, for all of them. */
    protected int codepoint;
    /** The other side, or null while it is empty. */
    protected @Nullable InetSocketAddress remote;
    /** The address of this machine, of those that a socket of all addresses has; or null. */
    protected @Nullable InetAddress own;

    /** @param buffer direct buffers are faster; position and limit belong to the batch */
    public DatagramBatch(ByteBuffer buffer) {
        this.buffer = buffer;
        address = buffer.isDirect()
                ? MemorySegment.ofBuffer(buffer.duplicate().clear()).address()
                : 0;
    }

    /** Begins anew. */
    public void clear() {
        length = 0;
        segment = 0;
        codepoint = 0;
        remote = null;
        own = null;
    }

    /** As {@link #received(int, int, int, InetSocketAddress, InetAddress)}, by a socket with one address. */
    public void received(int bytes, int size, int ecn, InetSocketAddress from) {
        received(bytes, size, ecn, from, null);
    }

    /**
     * Holds what was received.
     *
     * @param bytes in the buffer, from its start
     * @param size of each datagram but the last
     * @param ecn 0 none, 1 ECT(1), 2 ECT(0), 3 CE
     * @param at the address of this machine to which it was sent, or null if that is the socket's, or not known
     * @throws IndexOutOfBoundsException if so many bytes are not in the buffer, or the size is none of datagrams
     */
    public void received(int bytes, int size, int ecn, InetSocketAddress from, @Nullable InetAddress at) {
        Objects.checkFromIndexSize(0, bytes, buffer.capacity());
        if (size < 0 || size == 0 && bytes > 0) {
            throw new IndexOutOfBoundsException("datagrams of " + size + " bytes");
        }
        length = bytes;
        segment = size;
        codepoint = ecn;
        remote = from;
        own = at;
    }

    /**
     * Holds one datagram that is to be sent.
     *
     * @param from the address of this machine from which it leaves; see {@link #ownAddress}
     * @throws IndexOutOfBoundsException if the buffer is smaller
     */
    public void single(byte[] datagram, InetSocketAddress to, @Nullable InetAddress from) {
        Objects.checkFromIndexSize(0, datagram.length, buffer.capacity());
        buffer.clear().put(datagram).clear();
        received(datagram.length, datagram.length, 0, to, from);
    }

    /** The buffer of the bytes, from its start on. */
    public final ByteBuffer buffer() {
        return buffer;
    }

    /** The start of a direct buffer in memory; 0 for others. Valid as long as the batch is reachable. */
    public final long address() {
        return address;
    }

    /** Bytes in it. */
    public final int length() {
        return length;
    }

    /** Size of its datagrams; the last may be shorter. */
    public final int segment() {
        return segment;
    }

    /** The bits of congestion notification that all have: 0 none, 1 ECT(1), 2 ECT(0), 3 CE. */
    public final int codepoint() {
        return codepoint;
    }

    /**
     * The address of the other side.
     *
     * @throws IllegalStateException if the batch is empty
     */
    public final InetSocketAddress remote() {
        InetSocketAddress other = remote;
        if (other == null) {
            throw new IllegalStateException("the batch is empty");
        }
        return other;
    }

    /**
     * The address of this machine to which all were sent, or from which all leave. Null if the socket is bound to it,
     * or if the system does not tell, or chooses.
     */
    public final @Nullable InetAddress ownAddress() {
        return own;
    }
}
