package libp2p.fuzz;

import java.nio.ByteBuffer;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/** A secured connection whose remote says one thing and then ends, and to which one can write what one likes. */
final class ScriptedConnection implements SecureConnection {
    private final Environment environment;
    private final PublicKey remote;
    private final ByteBuffer script;
    private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 16);

    private volatile boolean closed;

    ScriptedConnection(Environment environment, PublicKey remote, byte[] script) {
        this.environment = environment;
        this.remote = remote;
        this.script = ByteBuffer.allocateDirect(script.length).put(script).flip();
    }

    @Override
    public String protocol() {
        return "/scripted";
    }

    @Override
    public PeerId remotePeer() {
        return remote.peerId();
    }

    @Override
    public PublicKey remoteKey() {
        return remote;
    }

    @Override
    public @Nullable String earlyMuxer() {
        return null;
    }

    @Override
    public @Nullable ByteBuffer read() {
        return script.hasRemaining() ? script : null;
    }

    @Override
    public void onReadable(ReadHandler handler) {
        environment.start("reader", () -> {
            while (script.hasRemaining() && !closed) {
                handler.onReadable();
            }
            handler.onReadable();
        });
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public boolean tryFlush() {
        out.clear();
        return true;
    }

    @Override
    public ByteBuffer plaintext() {
        return out.hasRemaining() ? out : out.clear();
    }

    @Override
    public void flush() {
        out.clear();
    }

    @Override
    public void close() {
        closed = true;
    }
}
