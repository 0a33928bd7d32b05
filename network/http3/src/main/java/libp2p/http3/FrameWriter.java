package libp2p.http3;

import java.io.ByteArrayOutputStream;
import libp2p.quic.wire.VarInt;

/** Writes frames and integers of HTTP/3, one behind the other. Not thread-safe. */
public final class FrameWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** An integer of variable length. */
    public FrameWriter integer(long value) {
        byte[] bytes = new byte[VarInt.MAX_LENGTH];
        out.write(bytes, 0, VarInt.write(bytes, 0, value));
        return this;
    }

    /** A frame, or anything else that is a type, a length and a payload, as capsules are. */
    public FrameWriter frame(long type, byte[] payload) {
        integer(type).integer(payload.length);
        out.writeBytes(payload);
        return this;
    }

    /** All bytes that were written. */
    public byte[] toByteArray() {
        return out.toByteArray();
    }
}
