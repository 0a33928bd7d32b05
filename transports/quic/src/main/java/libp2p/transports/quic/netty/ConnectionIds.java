package libp2p.transports.quic.netty;

import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** Makes connection ids; remembers the last, which is the one of the connection that is being made. */
final class ConnectionIds implements QuicConnectionIdGenerator {
    static final int LENGTH = 20;

    private final Environment environment;
    private @Nullable ByteBuffer last;

    ConnectionIds(Environment environment) {
        this.environment = environment;
    }

    byte[] random() {
        byte[] id = new byte[LENGTH];
        environment.secureRandom(id);
        return id;
    }

    @Override
    public ByteBuffer newId(int length) {
        byte[] id = new byte[length];
        environment.secureRandom(id);
        last = ByteBuffer.wrap(id.clone());
        return ByteBuffer.wrap(id);
    }

    @Override
    public ByteBuffer newId(ByteBuffer input, int length) {
        return newId(length);
    }

    /** Returns and forgets the last id. On the event loop. */
    @Nullable
    ByteBuffer takeLast() {
        ByteBuffer id = last;
        last = null;
        return id;
    }

    @Override
    public int maxConnectionIdLength() {
        return LENGTH;
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }
}
