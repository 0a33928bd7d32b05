package libp2p.swarm.upgrade;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.transport.ForwardingRawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead while small messages are negotiated, so that each does not cost two system calls, and afterwards hands
 * the bytes it has on before it reads straight through.
 */
final class BufferedRawConnection extends ForwardingRawConnection {
    private static final int READ_AHEAD = 512;

    private @Nullable ByteBuffer ahead = ByteBuffer.allocate(READ_AHEAD).limit(0);
    private boolean negotiating = true;

    BufferedRawConnection(RawConnection raw) {
        super(raw);
    }

    /** Ends the reading ahead: what is buffered comes first, then reads go straight through. */
    void negotiated() {
        negotiating = false;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer buffered = ahead;
        if (buffered == null) {
            return raw.read(target);
        }
        if (!buffered.hasRemaining()) {
            if (!negotiating) {
                ahead = null;
                return raw.read(target);
            }
            buffered.clear();
            int count = raw.read(buffered);
            buffered.flip();
            if (count < 0) {
                return -1;
            }
        }
        int count = Math.min(buffered.remaining(), target.remaining());
        target.put(target.position(), buffered, buffered.position(), count);
        target.position(target.position() + count);
        buffered.position(buffered.position() + count);
        return count;
    }
}
