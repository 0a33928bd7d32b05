package libp2p.transports.quic.netty;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Datagrams that mean nothing: the remote acknowledges them, which keeps a connection alive and shows what has arrived. */
final class Heartbeat {
    private final NettyConnection connection;
    private volatile boolean taken;

    Heartbeat(NettyConnection connection) {
        this.connection = connection;
    }

    /** The remote takes datagrams. On the event loop. */
    void begin(QuicChannel channel) {
        taken = true;
        long nanos = connection.limits().timeouts().keepAlive().toNanos();
        ScheduledFuture<?> beat = channel.eventLoop()
                .scheduleAtFixedRate(
                        () -> {
                            connection.figures();
                            send(channel);
                        },
                        nanos,
                        nanos,
                        TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(closed -> beat.cancel(false));
    }

    /** Whether the remote has said that it takes datagrams. */
    boolean isTaken() {
        return taken;
    }

    /** Sends one, from any thread. */
    static void send(QuicChannel channel) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
    }
}
