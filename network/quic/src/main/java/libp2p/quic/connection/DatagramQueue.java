package libp2p.quic.connection;

import java.util.ArrayDeque;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.VarInt;
import org.jspecify.annotations.Nullable;

/** Unreliable datagrams of a connection both ways (RFC 9221). The oldest makes room for the newest. */
public final class DatagramQueue {
    static final long LARGEST = 65535;

    private final int most;
    private final ArrayDeque<byte[]> received = new ArrayDeque<>(1);
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(1);
    private long remoteLimit;

    DatagramQueue(int most) {
        this.most = most;
    }

    void limit(long bytes) {
        remoteLimit = bytes;
    }

    /** Whether the remote takes datagrams of this length, as far as it has told. */
    public boolean takes(int length) {
        return length + 1 + VarInt.length(length) <= remoteLimit;
    }

    /** Sends a datagram if the remote takes it; it may be lost. Returns whether it waits to leave. */
    public boolean send(byte[] datagram) {
        if (most == 0 || !takes(datagram.length)) {
            return false;
        }
        if (waiting.size() >= most) {
            waiting.pollFirst();
        }
        waiting.addLast(datagram.clone());
        return true;
    }

    /** The next datagram of the remote, or null. */
    public byte @Nullable [] poll() {
        return received.pollFirst();
    }

    void receive(byte[] bytes, int at, int length) throws TransportException {
        if (most == 0) {
            throw new TransportException(
                    TransportError.PROTOCOL_VIOLATION, FrameType.DATAGRAM, "datagrams are not taken");
        }
        if (received.size() >= most) {
            received.pollFirst();
        }
        received.addLast(java.util.Arrays.copyOfRange(bytes, at, at + length));
    }

    boolean wantsToSend() {
        return !waiting.isEmpty();
    }

    /** Writes those that fit; one that fits into no packet is dropped. Returns whether any was written. */
    boolean send(FrameOutput out, boolean packetEmpty) {
        boolean written = false;
        byte[] next;
        while ((next = waiting.peekFirst()) != null) {
            int size = 1 + VarInt.length(next.length) + next.length;
            if (size > out.remaining()) {
                if (packetEmpty && !written) {
                    waiting.pollFirst();
                    continue;
                }
                return written;
            }
            waiting.pollFirst();
            out.uint8(FrameType.DATAGRAM_LENGTH).varint(next.length).bytes(next);
            written = true;
        }
        return written;
    }
}
