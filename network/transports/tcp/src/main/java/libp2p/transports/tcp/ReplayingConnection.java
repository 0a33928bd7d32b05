package libp2p.transports.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.transport.ForwardingRawConnection;
import org.jspecify.annotations.Nullable;

/**
 * A raw connection some of whose bytes have been read already and are read again, once; with one reader and one writer.
 */
public final class ReplayingConnection extends ForwardingRawConnection {
    private @Nullable ByteBuffer replay;

    /** @param replay the bytes that come first, between position and limit */
    public ReplayingConnection(RawConnection raw, ByteBuffer replay) {
        super(raw);
        this.replay = replay.hasRemaining() ? replay : null; // a read of nothing would pass for one that has to wait
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer first = replay;
        if (first == null) {
            return raw.read(target);
        }
        int count = Math.min(first.remaining(), target.remaining());
        target.put(first.slice(first.position(), count));
        first.position(first.position() + count);
        if (!first.hasRemaining()) {
            replay = null;
        }
        return count;
    }
}
