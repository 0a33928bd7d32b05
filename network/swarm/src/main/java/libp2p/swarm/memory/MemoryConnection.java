package libp2p.swarm.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.BlockingConnection;
import libp2p.multiformats.multiaddr.Multiaddr;

/** One end of a pair of pipes. */
final class MemoryConnection implements BlockingConnection {
    private final MemoryPipe in;
    private final MemoryPipe out;
    private final Multiaddr local;
    private final Multiaddr remote;

    MemoryConnection(MemoryPipe in, MemoryPipe out, Multiaddr local, Multiaddr remote) {
        this.in = in;
        this.out = out;
        this.local = local;
        this.remote = remote;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return in.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        out.write(source);
    }

    @Override
    public Multiaddr localAddress() {
        return local;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remote;
    }

    @Override
    public boolean portReused() {
        return false;
    }

    @Override
    public void close() {
        in.closeReader();
        out.closeWriter();
    }
}
