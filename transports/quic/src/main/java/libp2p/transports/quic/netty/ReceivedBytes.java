package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Bytes that came and have not been read. Guarded by the lock of its stream. */
final class ReceivedBytes {
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    private int size;

    int size() {
        return size;
    }

    /** Takes the buffer over. */
    void add(ByteBuf bytes) {
        buffers.addLast(bytes);
        size += bytes.readableBytes();
    }

    /** Moves what fits; returns how many bytes that were. */
    int drainTo(ByteBuffer target) {
        int count = 0;
        while (target.hasRemaining() && !buffers.isEmpty()) {
            ByteBuf head = buffers.getFirst();
            int step = Math.min(head.readableBytes(), target.remaining());
            head.readBytes(target.duplicate().limit(target.position() + step));
            target.position(target.position() + step);
            count += step;
            if (!head.isReadable()) {
                buffers.removeFirst().release();
            }
        }
        size -= count;
        return count;
    }

    /** Copies what is left out of pooled memory, which would be lost if nobody ever read it. */
    void settle() {
        if (!buffers.isEmpty()) {
            ByteBuf copy = Unpooled.buffer(size);
            for (ByteBuf buffer : buffers) {
                copy.writeBytes(buffer);
                buffer.release();
            }
            buffers.clear();
            buffers.addLast(copy);
        }
    }

    void drop() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
        size = 0;
    }
}
