package libp2p.core.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A raw connection that gives given bytes in pieces of chosen lengths, then the end; remembers what was written. */
public final class ScriptedRaw implements RawConnection {
    private final ByteBuffer input;
    private final IntUnaryOperator piece;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile boolean closed;

    /** @param piece from the bytes that could be given to those that are, at least 1 */
    public ScriptedRaw(byte[] input, IntUnaryOperator piece) {
        this.input = ByteBuffer.wrap(input);
        this.piece = piece;
    }

    public ScriptedRaw(byte[] input) {
        this(input, available -> available);
    }

    @Override
    public int read(ByteBuffer target) {
        if (!input.hasRemaining()) {
            return -1;
        }
        int count = piece.applyAsInt(Math.min(input.remaining(), target.remaining()));
        target.put(input.slice(input.position(), count));
        input.position(input.position() + count);
        return count;
    }

    @Override
    public synchronized void write(ByteBuffer source) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        written.writeBytes(bytes);
    }

    public synchronized byte[] written() {
        return written.toByteArray();
    }

    /** How many bytes were not read. */
    public int unread() {
        return input.remaining();
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void onReadable(ReadHandler handler) {
        throw new UnsupportedOperationException("it only blocks");
    }

    @Override
    public void tryWrite(ByteBuffer source) {
        throw new UnsupportedOperationException("it only blocks");
    }

    @Override
    public Multiaddr localAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    }

    @Override
    public Multiaddr remoteAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/2");
    }

    @Override
    public boolean portReused() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
