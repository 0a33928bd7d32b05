package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicDatagramExtensionEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.QuicConnection;
import org.jspecify.annotations.Nullable;

/** One connection, from its first packet. Events come on the event loop; every other method from any thread. */
final class NettyConnection extends ChannelInboundHandlerAdapter implements QuicConnection {
    /** Hears of the handshake, once, on the event loop. */
    interface Handshake {
        void done(@Nullable Throwable failure);
    }

    private final Environment environment;
    private final Limits limits;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Verification verification;
    private final Handshake handshake;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrival;
    private final TimedCondition opening;
    private final ArrayDeque<NettyStream> arrived = new ArrayDeque<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile @Nullable QuicChannel channel;
    private volatile @Nullable CloseReason reason;
    private @Nullable CloseReason announced;
    private @Nullable Throwable trouble;
    private boolean shaken;
    private boolean ended;
    private long limitChanges;

    NettyConnection(
            Environment environment,
            Limits limits,
            InetSocketAddress local,
            InetSocketAddress remote,
            Verification verification,
            Handshake handshake) {
        this.environment = environment;
        this.limits = limits;
        this.local = local;
        this.remote = remote;
        this.verification = verification;
        this.handshake = handshake;
        this.arrival = new TimedCondition(environment, lock);
        this.opening = new TimedCondition(environment, lock);
    }

    Verification verification() {
        return verification;
    }

    /** Ends the connection if its handshake still goes on. On the event loop. */
    void giveUpHandshake() {
        if (!shaken) {
            trouble = new DeadlineExceededException("QUIC handshake");
            channel().close();
        }
    }

    Environment environment() {
        return environment;
    }

    Limits limits() {
        return limits;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public PublicKey remoteKey() {
        return verification.key();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = (QuicChannel) context.channel();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                shaken(null);
            } else {
                trouble = completion.cause();
            }
        } else if (event instanceof QuicConnectionCloseEvent close) {
            remoteCloses(close);
        } else if (event instanceof QuicDatagramExtensionEvent) {
            keepAlive((QuicChannel) context.channel());
        } else if (event instanceof QuicStreamLimitChangedEvent) {
            lock.lock();
            try {
                limitChanges++;
                opening.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The reason that came is not shown: it is a stranger's text, and Netty fails on a missing one. */
    private void remoteCloses(QuicConnectionCloseEvent close) {
        long code = close.error() & ErrorCode.MAX;
        announced = close.isApplicationClose()
                ? new CloseReason(code, true, "closed", null)
                : new CloseReason(ErrorCode.NONE, true, "QUIC transport error 0x" + Long.toHexString(code), null);
    }

    /** A datagram keeps the connection alive and means nothing else. */
    private void keepAlive(QuicChannel current) {
        long nanos = limits.keepAlive().toNanos();
        ScheduledFuture<?> beat = current.eventLoop()
                .scheduleAtFixedRate(
                        () -> current.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])),
                        nanos,
                        nanos,
                        TimeUnit.NANOSECONDS);
        current.closeFuture().addListener(closed -> beat.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf datagram) {
            datagram.release();
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        trouble = cause;
    }

    private void shaken(@Nullable Throwable failure) {
        if (!shaken) {
            shaken = true;
            Throwable refused = verification.failure();
            handshake.done(refused != null ? refused : failure);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        List<Runnable> actions;
        lock.lock();
        try {
            if (reason == null) {
                reason = announced != null ? announced : lost();
            }
            ended = true;
            arrived.clear();
            actions = List.copyOf(onClose);
            onClose.clear();
            arrival.signalAll();
            opening.signalAll();
        } finally {
            lock.unlock();
        }
        CloseReason why = reason;
        shaken(trouble != null || why == null ? trouble : new ConnectionClosedException(why));
        for (Runnable action : actions) {
            environment.start("quic-closed", action);
        }
    }

    private CloseReason lost() {
        QuicChannel current = channel;
        if (current != null && current.isTimedOut()) {
            return new CloseReason(ErrorCode.NONE, false, "the remote peer has fallen silent", null);
        }
        Throwable cause = trouble;
        return cause == null ? CloseReason.LOCAL : CloseReason.failure(ErrorCode.NONE, cause);
    }

    /** A stream of the remote, on the event loop. */
    void arrived(QuicStreamChannel stream) {
        NettyStream arriving = new NettyStream(this, stream);
        stream.pipeline().addLast(arriving);
        streams.incrementAndGet();
        lock.lock();
        try {
            arrived.addLast(arriving); // never more than QUIC's limit of streams
            arrival.signal();
        } finally {
            lock.unlock();
        }
    }

    void ended(NettyStream stream) {
        streams.decrementAndGet();
    }

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        while (true) {
            long changes;
            lock.lock();
            try {
                checkOpen();
                changes = limitChanges;
            } finally {
                lock.unlock();
            }
            Opening attempt = new Opening();
            QuicChannel current = channel();
            current.eventLoop().execute(() -> open(current, attempt));
            NettyStream stream = attempt.await(deadline);
            if (stream != null) {
                return stream;
            }
            awaitCredit(changes, deadline);
        }
    }

    /** Asks first: Netty would use up a number of QUIC for a stream that may not be opened yet. */
    private void open(QuicChannel current, Opening attempt) {
        if (!current.isActive()) {
            attempt.settle(null, new ConnectionClosedException(reasonOr(CloseReason.LOCAL)));
        } else if (current.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) <= 0) {
            attempt.settle(null, null);
        } else {
            NettyStream[] made = new NettyStream[1];
            current.createStream(QuicStreamType.BIDIRECTIONAL, new ChannelInitializer<QuicStreamChannel>() {
                        @Override
                        protected void initChannel(QuicStreamChannel stream) {
                            stream.config().setAutoRead(false);
                            stream.config().setAllowHalfClosure(true);
                            made[0] = new NettyStream(NettyConnection.this, stream);
                            stream.pipeline().addLast(made[0]);
                        }
                    })
                    .addListener(done -> {
                        if (done.isSuccess()) {
                            streams.incrementAndGet();
                            attempt.settle(made[0], null);
                        } else {
                            attempt.settle(null, new IOException("opening a QUIC stream failed", done.cause()));
                        }
                    });
        }
    }

    private void awaitCredit(long changes, Deadline deadline) throws IOException {
        lock.lock();
        try {
            while (limitChanges == changes) {
                checkOpen();
                await(opening, deadline, "open: the remote peer allows no more streams");
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Opening {
        private final TimedCondition settled = new TimedCondition(environment, lock);
        private boolean done;
        private boolean abandoned;
        private @Nullable NettyStream stream;
        private @Nullable IOException failure;

        void settle(@Nullable NettyStream made, @Nullable IOException why) {
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

    @Override
    public MuxedStream acceptStream() throws IOException {
        lock.lock();
        try {
            while (true) {
                NettyStream next = arrived.pollFirst();
                if (next != null) {
                    return next;
                }
                checkOpen();
                await(arrival, Deadline.NONE, "accept");
            }
        } finally {
            lock.unlock();
        }
    }

    private static void await(TimedCondition condition, Deadline deadline, String what) throws IOException {
        try {
            if (!condition.await(deadline)) {
                throw new DeadlineExceededException(what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: " + what);
        }
    }

    private void checkOpen() throws ConnectionClosedException {
        CloseReason why = reason;
        if (why != null) {
            throw new ConnectionClosedException(why);
        }
    }

    private CloseReason reasonOr(CloseReason other) {
        CloseReason why = reason;
        return why == null ? other : why;
    }

    private QuicChannel channel() {
        QuicChannel current = channel;
        if (current == null) {
            throw new IllegalStateException("the connection has not begun");
        }
        return current;
    }

    @Override
    public int streams() {
        return streams.get();
    }

    @Override
    public long roundTripNanos() {
        return 0;
    }

    @Override
    public void close(long code, String text) {
        ErrorCode.check(code);
        lock.lock();
        try {
            if (reason == null) {
                reason = new CloseReason(code, false, text, null);
            }
        } finally {
            lock.unlock();
        }
        QuicChannel current = channel;
        if (current != null) {
            int wire = (int) (code > Integer.MAX_VALUE ? ErrorCode.CONNECTION_CODE_OUT_OF_RANGE : code);
            current.close(true, wire, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        }
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return reason;
    }

    @Override
    public void onClose(Runnable action) {
        lock.lock();
        try {
            if (!ended) {
                onClose.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        environment.start("quic-closed", action);
    }
}
