package libp2p.core.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A raw connection on top of another, which does everything that a subclass does not. A subclass that changes what
 * passes overrides {@code read}, {@code write} and {@code tryWrite} together.
 */
public abstract class ForwardingRawConnection implements RawConnection {
    /** The connection below. */
    protected final RawConnection raw;

    /** @param raw does everything that a subclass does not */
    protected ForwardingRawConnection(RawConnection raw) {
        this.raw = raw;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return raw.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        raw.write(source);
    }

    @Override
    public void onReadable(ReadHandler handler) {
        raw.onReadable(handler);
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        raw.tryWrite(source);
    }

    @Override
    public Multiaddr localAddress() {
        return raw.localAddress();
    }

    @Override
    public Multiaddr remoteAddress() {
        return raw.remoteAddress();
    }

    @Override
    public boolean portReused() {
        return raw.portReused();
    }

    @Override
    public @Nullable ConnectionLimits limits() {
        return raw.limits();
    }

    @Override
    public void close() {
        raw.close();
    }
}
