package libp2p.nat.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.BlockingConnection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.Stream;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A stream to a relay that has become a connection through it. Owns the stream, on which nothing may be said for as
 * long as the connection lives.
 */
record CircuitConnection(
        Stream stream,
        Multiaddr localAddress,
        Multiaddr remoteAddress,
        @Nullable ConnectionLimits limits) implements BlockingConnection {
    CircuitConnection {
        stream.readTimeout(Duration.ZERO);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return stream.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        stream.write(source);
    }

    @Override
    public boolean portReused() {
        return false;
    }

    /** Written bytes leave first, so that the remote hears why the connection ends. */
    @Override
    public void close() {
        stream.close();
    }
}
