package libp2p.transports.quic.netty;

import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What quiche has measured on the path of a connection.
 *
 * @param roundTripNanos smoothed, or 0 if nothing was measured
 * @param received packets that have come
 * @param sentAgain how often frames were sent once more because a packet was lost or seemed to be
 */
record PathFigures(long roundTripNanos, long received, long sentAgain) {
    static final PathFigures NONE = new PathFigures(0, 0, 0);

    /** Asks quiche, and waits for the event loop if this is another thread; null if the connection has ended. */
    static @Nullable PathFigures of(QuicChannel channel) {
        try {
            var stats = channel.collectPathStats(0).awaitUninterruptibly();
            if (stats.isSuccess()) {
                QuicConnectionPathStats path = stats.getNow();
                return new PathFigures(path.rtt(), path.recv(), path.retrans() + path.lost());
            }
        } catch (RejectedExecutionException closed) {
            // the socket has been closed, and all its connections
        }
        return null;
    }
}
