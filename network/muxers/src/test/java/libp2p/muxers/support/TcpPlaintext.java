package libp2p.muxers.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.contracts.muxer.UnsecuredConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import org.jspecify.annotations.Nullable;

/** A TCP channel without protection, in the clothes of a secure connection: records, batches of them, and events. */
public final class TcpPlaintext extends UnsecuredConnection {
    /** As much as a secure connection collects before it must write. */
    private static final int BATCH = 256 << 10;
    /** Room that a thread which must not wait may fill: more than such a thread writes at a time. */
    private static final int BRIEF = 64 << 10;

    /** Bytes that one read of the channel may bring, more than a short record. */
    private static final int AHEAD = 16 << 10;

    private final TcpChannel channel;
    /** The bytes read from the channel, and the record of them that is lent out. */
    private final ByteBuffer ahead;

    private ByteBuffer plain = ByteBuffer.allocate(0);
    private final int record;
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH);
    private @Nullable ByteBuffer open;
    private volatile boolean events;

    /** @param record bytes that are put and read at a time */
    public TcpPlaintext(TcpChannel channel, int record) {
        this.channel = channel;
        this.record = record;
        this.ahead = ByteBuffer.allocateDirect(Math.max(record, AHEAD)).flip();
    }

    @Override
    public void onReadable(ReadHandler handler) {
        events = true;
        channel.onReadable(handler);
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (!plain.hasRemaining()) {
            if (!ahead.hasRemaining()) {
                int count = channel.read(ahead.clear());
                ahead.flip();
                if (count < 0) {
                    return null;
                }
            }
            int size = Math.min(record, ahead.remaining());
            plain = ahead.slice(ahead.position(), size);
            ahead.position(ahead.position() + size);
        }
        return plain;
    }

    @Override
    public ByteBuffer plaintext() throws IOException {
        ByteBuffer target = open;
        if (target == null || !target.hasRemaining()) {
            seal();
            if (!batch.hasRemaining()) {
                flush();
            }
            target = batch.slice(batch.position(), Math.min(record, batch.remaining()));
            open = target;
        }
        return target;
    }

    private void seal() {
        ByteBuffer filled = open;
        if (filled != null) {
            batch.position(batch.position() + filled.position());
            open = null;
        }
    }

    @Override
    public void flush() throws IOException {
        seal();
        try {
            channel.write(batch.flip());
        } finally {
            batch.clear();
        }
    }

    @Override
    public boolean isWritable() {
        return events && batch.remaining() >= BRIEF;
    }

    @Override
    public boolean tryFlush() throws IOException {
        seal();
        try {
            channel.tryWrite(batch.flip());
        } finally {
            batch.compact();
        }
        return batch.position() == 0;
    }

    @Override
    public void close() {
        channel.close();
    }
}
