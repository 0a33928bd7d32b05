package libp2p.muxers.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.environment.TcpChannel;

/** A TCP channel without protection, in the clothes of a secure connection. */
public final class TcpPlaintext extends UnsecuredConnection {
    private final TcpChannel channel;
    private final ByteBuffer plain;
    private final ByteBuffer record;

    /** @param record bytes that are written and read at a time */
    public TcpPlaintext(TcpChannel channel, int record) {
        this.channel = channel;
        this.plain = ByteBuffer.allocateDirect(record).flip();
        this.record = ByteBuffer.allocateDirect(record);
    }

    @Override
    public ByteBuffer read() throws IOException {
        if (!plain.hasRemaining()) {
            int count = channel.read(plain.clear());
            plain.flip();
            if (count < 0) {
                return null;
            }
        }
        return plain;
    }

    @Override
    public ByteBuffer plaintext() throws IOException {
        if (!record.hasRemaining()) {
            flush();
        }
        return record;
    }

    @Override
    public void flush() throws IOException {
        try {
            channel.write(record.flip());
        } finally {
            record.clear();
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
