package libp2p.transports.quic.netty;

import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/** Opens the streams of one connection, and waits while the remote allows no more of them. Thread-safe. */
final class StreamOpenings {
    private final NettyConnection connection;
    private final ReentrantLock lock;
    private final TimedCondition credit;
    private long limitChanges;

    /** @param lock of the connection */
    StreamOpenings(NettyConnection connection, ReentrantLock lock) {
        this.connection = connection;
        this.lock = lock;
        this.credit = new TimedCondition(connection.environment(), lock);
    }

    /** The remote allows another number of streams, or the connection has ended. */
    void changed() {
        lock.lock();
        try {
            limitChanges++;
            credit.signalAll();
        } finally {
            lock.unlock();
        }
    }

    NettyStream open(QuicChannel channel, Deadline deadline) throws IOException {
        while (true) {
            long changes;
            lock.lock();
            try {
                connection.checkOpen();
                changes = limitChanges;
            } finally {
                lock.unlock();
            }
            Attempt attempt = new Attempt();
            try {
                channel.eventLoop().execute(() -> attempt.begin(channel));
            } catch (RejectedExecutionException closed) {
                throw connection.closed();
            }
            NettyStream stream = attempt.await(deadline);
            if (stream != null) {
                return stream;
            }
            awaitChange(changes, deadline);
        }
    }

    private void awaitChange(long changes, Deadline deadline) throws IOException {
        lock.lock();
        try {
            while (limitChanges == changes) {
                connection.checkOpen();
                NettyConnection.await(credit, deadline, "open: the remote peer allows no more streams");
            }
        } finally {
            lock.unlock();
        }
    }

    /** One try on the event loop, and the thread that waits for it. */
    private final class Attempt {
        private final TimedCondition settled = new TimedCondition(connection.environment(), lock);
        private boolean done;
        private boolean abandoned;
        private @Nullable NettyStream stream;
        private @Nullable IOException failure;

        /** Asks first: Netty would use up a number of QUIC for a stream that may not be opened yet. */
        void begin(QuicChannel channel) {
            if (!channel.isActive()) {
                settle(null, connection.closed());
            } else if (channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) <= 0) {
                settle(null, null);
            } else {
                NettyStream[] made = new NettyStream[1];
                channel.createStream(QuicStreamType.BIDIRECTIONAL, new ChannelInitializer<QuicStreamChannel>() {
                            @Override
                            protected void initChannel(QuicStreamChannel opened) {
                                opened.config().setAutoRead(false);
                                opened.config().setAllowHalfClosure(true);
                                made[0] = connection.table().begun(opened);
                            }
                        })
                        .addListener(created -> settle(
                                made[0],
                                created.isSuccess()
                                        ? null
                                        : new IOException("opening a QUIC stream failed", created.cause())));
            }
        }

        private void settle(@Nullable NettyStream made, @Nullable IOException why) {
            boolean late;
            lock.lock();
            try {
                done = true;
                stream = made;
                failure = why;
                late = abandoned;
                settled.signalAll();
            } finally {
                lock.unlock();
            }
            if (late && made != null) {
                made.reset(ErrorCode.NONE);
            }
        }

        /** Returns the stream, or null if the remote allows none now. */
        @Nullable
        NettyStream await(Deadline deadline) throws IOException {
            lock.lock();
            try {
                while (!done) {
                    try {
                        NettyConnection.await(settled, deadline, "open");
                    } catch (IOException e) {
                        abandoned = !done;
                        if (abandoned) {
                            throw e;
                        }
                    }
                }
                if (failure != null) {
                    throw failure;
                }
                return stream;
            } finally {
                lock.unlock();
            }
        }
    }
}
