package libp2p.swarm.upgrade;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.transport.ForwardingRawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead while security is negotiated and the handshake runs, so that each message does not cost two system calls.
 * Afterwards it hands on the bytes that it still has, and then reads straight through. One thread at a time.
 */
final class BufferedRawConnection extends ForwardingRawConnection {
    private static final int READ_AHEAD = 512;

    private @Nullable ByteBuffer ahead = ByteBuffer.allocate(READ_AHEAD).limit(0);
    private boolean shakingHands = true;

    BufferedRawConnection(RawConnection raw) {
        super(raw);
    }

    /** Ends the reading ahead: buffered bytes are read first, then those of the connection. */
    void handshakeEnded() {
        shakingHands = false;
    }

    /** Whether a whole message of multistream-select of up to 127 bytes has been read and not yet been taken. */
    boolean holdsMessage() {
        ByteBuffer buffered = ahead;
        if (buffered == null || !buffered.hasRemaining()) {
            return false;
        }
        int length = buffered.get(buffered.position());
        return length > 0 && buffered.remaining() > length;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer buffered = ahead;
        if (buffered == null) {
            return raw.read(target);
        }
        if (!buffered.hasRemaining()) {
            if (!shakingHands) {
                ahead = null;
                return raw.read(target);
            }
            if (target.remaining() >= READ_AHEAD) {
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
