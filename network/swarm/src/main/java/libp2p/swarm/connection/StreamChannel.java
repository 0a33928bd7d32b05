package libp2p.swarm.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import libp2p.core.connection.Stream;

/** A stream as a {@link ByteChannel}. */
final class StreamChannel implements ByteChannel {
    private final Stream stream;
    private final SwarmConnection connection;
    private volatile boolean closed;

    StreamChannel(Stream stream, SwarmConnection connection) {
        this.stream = stream;
        this.connection = connection;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        check();
        return target.hasRemaining() ? stream.read(target) : 0;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        check();
        int count = source.remaining();
        stream.write(source);
        return count;
    }

    private void check() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed && connection.isOpen();
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
    }
}
