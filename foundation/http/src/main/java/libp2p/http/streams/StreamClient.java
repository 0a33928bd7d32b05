package libp2p.http.streams;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpLimits;
import libp2p.http.RequestClock;
import libp2p.http.RequestContext;
import org.jspecify.annotations.Nullable;

/**
 * The peer that has opened a stream for a request. A peer may end its side of the stream and wait for the answer; one
 * that resets it, or loses its connection, has left.
 */
final class StreamClient implements RequestContext {
    private final Stream stream;
    private final RequestClock clock;
    /** A byte that was read to see whether the stream was reset, −1 if there is none. */
    private int ahead = -1;

    private boolean looked;
    private volatile boolean ended;

    StreamClient(Environment environment, Stream stream, HttpLimits limits) {
        this.stream = stream;
        clock = new RequestClock(environment::nanoTime, environment::yieldCarrier, limits.silence(), limits.request());
    }

    /** From now on the end of the stream is noticed. */
    void watch() {
        stream.onRemoteEnd(() -> ended = true);
    }

    /** Reads from the stream. */
    int read(ByteBuffer target) throws IOException {
        if (ahead >= 0 && target.hasRemaining()) {
            target.put((byte) ahead);
            ahead = -1;
            return 1;
        }
        return stream.read(target);
    }

    /** The output to the client. */
    OutputStream over(OutputStream out) {
        return clock.over(out);
    }

    @Override
    public void check() throws IOException {
        if (ended && !looked) {
            looked = true;
            look();
        }
        clock.check();
    }

    @Override
    public @Nullable PeerId peer() {
        return stream.connection().remotePeer();
    }

    /** Nothing more comes: a read does not wait, and tells an end from a reset. */
    private void look() {
        byte[] one = new byte[1];
        try {
            if (ahead < 0 && stream.read(one, 0, 1) == 1) {
                ahead = one[0] & 0xff;
            }
        } catch (IOException reset) {
            clock.leave(reset);
        }
    }
}
