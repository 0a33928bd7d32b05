package libp2p.muxers.yamux;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.streams.MuxerStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a connection into frames, wherever the records they come in end. Payload is handed on as it comes
 * and never gathered, so that no length makes it hold memory. Used by the reading thread only.
 */
final class FrameReader {
    /** The receiver of the frames. */
    interface Handler {
        /**
         * A header came; for a data frame its payload follows.
         *
         * @param length unsigned
         * @return who gets the payload, or null to skip it
         */
        @Nullable
        MuxerStream header(long head, long length) throws IOException;
    }

    private final Handler handler;
    private long head;
    private int length;
    private int headerBytes;
    private long payload;
    private boolean fin;
    private @Nullable MuxerStream receiver;

    FrameReader(Handler handler) {
        this.handler = handler;
    }

    /** Takes all bytes. */
    void receive(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            if (payload > 0) {
                payload(source);
            } else if (header(source)) {
                dispatch();
            }
        }
    }

    /** Whether the last frame is not complete. */
    boolean isInsideFrame() {
        return headerBytes > 0 || payload > 0;
    }

    private boolean header(ByteBuffer source) {
        if (headerBytes == 0 && source.remaining() >= Frame.HEADER) {
            head = source.getLong();
            length = source.getInt();
            return true;
        }
        while (source.hasRemaining() && headerBytes < Frame.HEADER) {
            int value = source.get() & 0xff;
            if (headerBytes < Long.BYTES) {
                head = head << Byte.SIZE | value;
            } else {
                length = length << Byte.SIZE | value;
            }
            headerBytes++;
        }
        return headerBytes == Frame.HEADER;
    }

    private void dispatch() throws IOException {
        headerBytes = 0;
        long unsigned = Integer.toUnsignedLong(length);
        receiver = handler.header(head, unsigned);
        if (Frame.type(head) == Frame.DATA) {
            payload = unsigned;
            fin = (Frame.flags(head) & Frame.FIN) != 0;
            finish();
        }
    }

    private void payload(ByteBuffer source) {
        int count = (int) Math.min(payload, source.remaining());
        if (receiver == null) {
            source.position(source.position() + count);
        } else {
            receiver.deliver(source, count);
        }
        payload -= count;
        finish();
    }

    private void finish() {
        if (payload == 0) {
            if (fin && receiver != null) {
                receiver.remoteFinish();
            }
            receiver = null;
        }
    }
}
