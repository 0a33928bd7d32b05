package libp2p.muxers.mplex;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.streams.MuxerStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a connection into messages, wherever the records they come in end. Used by the reading thread only.
 */
final class FrameReader {
    /** The receiver of the messages. */
    interface Handler {
        /**
         * A header and a length came; the payload follows.
         *
         * @return who gets the payload, or null to skip it
         */
        @Nullable
        MuxerStream message(long header, long length) throws IOException;
    }

    private enum Part {
        HEADER,
        LENGTH,
        PAYLOAD
    }

    private static final int VARINT_BYTES = 9;
    private static final int VARINT_BITS = 7;

    private final Handler handler;
    private Part part = Part.HEADER;
    private long varint;
    private int varintBytes;
    private long header;
    private long payload;
    private @Nullable MuxerStream receiver;

    FrameReader(Handler handler) {
        this.handler = handler;
    }

    /** Takes all bytes. */
    void receive(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            switch (part) {
                case HEADER -> {
                    if (varint(source)) {
                        header = varint;
                        part = Part.LENGTH;
                    }
                }
                case LENGTH -> {
                    if (varint(source)) {
                        payload = varint;
                        receiver = handler.message(header, payload);
                        part = payload > 0 ? Part.PAYLOAD : Part.HEADER;
                    }
                }
                case PAYLOAD -> payload(source);
            }
        }
    }

    /** Whether the last message is not complete. */
    boolean isInsideFrame() {
        return part != Part.HEADER || varintBytes > 0;
    }

    private boolean varint(ByteBuffer source) throws IOException {
        if (varintBytes == 0) {
            varint = 0;
        }
        while (source.hasRemaining()) {
            byte value = source.get();
            varint |= (value & 0x7fL) << (VARINT_BITS * varintBytes);
            varintBytes++;
            if (value >= 0) {
                if (value == 0 && varintBytes > 1) {
                    throw new ProtocolViolationException(Mplex.PROTOCOL, "a varint is longer than it needs to be");
                }
                varintBytes = 0;
                return true;
            }
            if (varintBytes == VARINT_BYTES) {
                throw new ProtocolViolationException(
                        Mplex.PROTOCOL, "a varint is longer than " + VARINT_BYTES + " bytes");
            }
        }
        return false;
    }

    private void payload(ByteBuffer source) {
        int count = (int) Math.min(payload, source.remaining());
        if (receiver == null) {
            source.position(source.position() + count);
        } else {
            receiver.deliver(source, count);
        }
        payload -= count;
        if (payload == 0) {
            receiver = null;
            part = Part.HEADER;
        }
    }
}
