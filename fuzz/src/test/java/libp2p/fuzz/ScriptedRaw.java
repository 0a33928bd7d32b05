package libp2p.fuzz;

import java.nio.ByteBuffer;
import libp2p.core.transport.RawConnection;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A raw connection whose remote says one thing and then ends, and to which one can write what one likes. */
public final class ScriptedRaw implements RawConnection {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/memory/1");

    private final ByteBuffer script;

    public ScriptedRaw(byte[] script) {
        this.script = ByteBuffer.wrap(script);
    }

    @Override
    public int read(ByteBuffer target) {
        if (!script.hasRemaining()) {
            return -1;
        }
        int count = Math.min(script.remaining(), target.remaining());
        target.put(script.slice(script.position(), count));
        script.position(script.position() + count);
        return count;
    }

    @Override
    public void write(ByteBuffer source) {
        source.position(source.limit());
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
    public void close() {}
}
