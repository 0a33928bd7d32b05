package libp2p.stress;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A raw connection that counts how often it is closed, and keeps the last byte that was written. Thread-safe. */
public final class CountingConnection implements RawConnection {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/5.6.7.8/tcp/4001");

    private final AtomicInteger closed = new AtomicInteger();
    private volatile byte lastWritten;

    /** How often it was closed. */
    public int closed() {
        return closed.get();
    }

    /** The last byte that was written, 0 if none was. */
    public byte lastWritten() {
        return lastWritten;
    }

    @Override
    public int read(ByteBuffer target) {
        return -1;
    }

    @Override
    public void write(ByteBuffer source) {
        lastWritten = source.get(source.limit() - 1);
        source.position(source.limit());
    }

    @Override
    public void tryWrite(ByteBuffer source) {
        write(source);
    }

    @Override
    public void onReadable(ReadHandler handler) {
        throw new UnsupportedOperationException("no reader");
    }

    @Override
    public Multiaddr localAddress() {
        return ADDRESS;
    }

    @Override
    public Multiaddr remoteAddress() {
        return ADDRESS;
    }

    @Override
    public boolean portReused() {
        return false;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
