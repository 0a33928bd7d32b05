package libp2p.quic.stream;

import java.nio.ByteBuffer;
import libp2p.quic.recovery.SentFrame;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.VarInt;
import org.jspecify.annotations.Nullable;

/** The bytes of the handshake at one level, both ways (RFC 9000, section 7.5). One thread at a time. */
public final class CryptoStream {
    /** Number of bytes by which a remote may run ahead of the reader. */
    private static final int AHEAD = 16 << 10;

    private final SendBuffer sending;
    private final ReceiveBuffer receiving;
    private final int total;

    /**
     * @param total how many bytes are received at most
     * @param chunks where they are kept
     */
    public CryptoStream(int total, StreamChunks chunks) {
        this.total = total;
        sending = new SendBuffer(chunks);
        receiving = new ReceiveBuffer(chunks, new Gaps());
    }

    /** Appends a message of the handshake to what is to be sent. */
    public void write(byte[] bytes) {
        sending.write(ByteBuffer.wrap(bytes), bytes.length);
    }

    /** Whether bytes were not sent yet, or were lost. */
    public boolean wantsToSend() {
        return !sending.lost().isEmpty() || sending.sent() < sending.written();
    }

    /** Writes a CRYPTO frame; null if there is nothing to send or no room. */
    public @Nullable SentFrame send(FrameOutput out) {
        if (!wantsToSend()) {
            return null;
        }
        RangeSet lost = sending.lost();
        long offset = lost.isEmpty() ? sending.sent() : lost.from(0);
        long end = lost.isEmpty() ? sending.written() : lost.to(0);
        int room = out.remaining() - 1 - VarInt.length(offset) - VarInt.length(out.remaining());
        int length = (int) Math.min(end - offset, room);
        if (length <= 0) {
            return null;
        }
        out.uint8(FrameType.CRYPTO).varint(offset).varint(length);
        sending.copy(offset, out.bytes(), out.at(), length);
        out.at(out.at() + length);
        if (lost.isEmpty()) {
            sending.advance(length);
        } else {
            lost.remove(offset, offset + length);
        }
        long until = offset + length;
        return new SentFrame() {
            @Override
            public void acknowledged() {
                sending.acknowledged(offset, until);
            }

            @Override
            public void lost() {
                sending.lost(offset, until);
            }
        };
    }

    /** @throws TransportException CRYPTO_BUFFER_EXCEEDED if the remote goes too far ahead, or on for too long */
    public void receive(long offset, byte[] bytes, int at, int length) throws TransportException {
        long end = offset + length;
        if (end > receiving.read() + AHEAD || end > total) {
            throw new TransportException(
                    TransportError.CRYPTO_BUFFER_EXCEEDED, "more handshake bytes than the limit of " + total);
        }
        receiving.add(offset, bytes, at, length);
    }

    /** The bytes that can be read now; empty if none can. */
    public byte[] read() {
        byte[] bytes = new byte[receiving.available()];
        receiving.read(ByteBuffer.wrap(bytes), Long.MAX_VALUE);
        return bytes;
    }

    /** Whether bytes wait behind a gap. */
    public boolean hasGap() {
        return receiving.hasGap();
    }
}
