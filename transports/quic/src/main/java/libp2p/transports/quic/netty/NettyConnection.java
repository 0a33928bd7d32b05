package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicDatagramExtensionEvent;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.QuicConnection;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from its first packet. Events come on the event loop; every other method from any thread. Lock order: a
 * stream, then its connection.
 */
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
    private final boolean incoming;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition departure;
    private final StreamOpenings openings;
    private final StreamTable streams;
    private final Heartbeat heartbeat = new Heartbeat(this);
    private final ConnectionMemory memory = new ConnectionMemory(this);
    private final List<Runnable> onClose = new ArrayList<>();
    private final List<Runnable> onLoopEnd = new ArrayList<>();
    private volatile @Nullable QuicChannel channel;
    private volatile @Nullable CloseReason reason;
    private volatile @Nullable Farewell farewell;
    private volatile PathFigures figures = PathFigures.NONE;
    private volatile long lastSent;
    private volatile boolean givenUp;
    private volatile boolean confirmed;
    private volatile boolean ended;
    private @Nullable Throwable trouble;
    private boolean shaken;
    private volatile boolean gone;

    NettyConnection(
            Environment environment,
            Limits limits,
            InetSocketAddress local,
            InetSocketAddress remote,
            boolean incoming,
            Verification verification,
            Handshake handshake) {
        this.environment = environment;
        this.limits = limits;
        this.local = local;
        this.remote = remote;
        this.incoming = incoming;
        this.verification = verification;
        this.handshake = handshake;
        this.departure = new TimedCondition(environment, lock);
        this.openings = new StreamOpenings(this, lock);
        this.streams = new StreamTable(this, lock);
        this.lastSent = environment.nanoTime();
    }

    Verification verification() {
        return verification;
    }

    /** Runs on the event loop when the connection has ended. Called on the event loop, before anything happens. */
    void onLoopEnd(Runnable action) {
        onLoopEnd.add(action);
    }

    /** Ends the connection if its handshake still goes on. On the event loop. */
    void giveUpHandshake(IOException why) {
        if (!shaken) {
            trouble = why;
            channel().close();
        }
    }

    /** Ends the connection at once, from any thread; nobody has got it. */
    void giveUp() {
        givenUp = true;
        QuicChannel current = channel;
        if (current != null) {
            current.close(false, 0, Unpooled.EMPTY_BUFFER);
        }
    }

    /**
     * A packet has come that the remote sends only after the handshake; the handshake is confirmed (RFC 9001, 4.1.2), if this
     * side has completed it. On the event loop.
     */
    void confirm() {
        if (!confirmed && shaken) {
            lock.lock();
            try {
                confirmed = true;
                departure.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Ends a connection that has not got a channel. On the event loop. */
    void failUnlessBegun(IOException why) {
        if (channel == null) {
            trouble = why;
            end();
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
        if (givenUp) {
            context.channel().eventLoop().execute(this::giveUp); // not before Netty has begun to connect: it would leak
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                figures();
                shaken(null);
            } else {
                trouble = completion.cause();
            }
        } else if (event instanceof QuicConnectionCloseEvent close) {
            remoteCloses(close);
        } else if (event instanceof QuicDatagramExtensionEvent) {
            heartbeat.begin((QuicChannel) context.channel());
        } else if (event instanceof QuicStreamLimitChangedEvent) {
            openings.changed();
        }
    }

    /**
     * The reason that came is not shown: it is a stranger's text, and Netty fails on a missing one. The event comes before
     * the data of the same packet, and quiche forgets what nobody takes.
     */
    private void remoteCloses(QuicConnectionCloseEvent close) {
        long code = close.error() & ErrorCode.MAX;
        decide(
                close.isApplicationClose()
                        ? new CloseReason(code, true, "closed", null)
                        : new CloseReason(
                                ErrorCode.NONE, true, "QUIC transport error 0x" + Long.toHexString(code), null));
        QuicChannel current = channel();
        current.eventLoop().execute(() -> {
            streams.open().forEach(NettyStream::takeEverything);
            current.close();
        });
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Sends what the remote has to acknowledge. */
    void beat() {
        Heartbeat.send(channel());
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
            if (incoming) {
                confirm();
            }
            Throwable refused = verification.failure();
            handshake.done(refused != null ? refused : failure);
        }
    }

    /** Unlike {@code channelInactive} this comes also for a connection whose handshake was not complete. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        decide(lost());
        List<Runnable> actions;
        lock.lock();
        try {
            ended = true;
            actions = List.copyOf(onClose);
            onClose.clear();
        } finally {
            lock.unlock();
        }
        CloseReason why = reasonOr(CloseReason.LOCAL);
        shaken(trouble != null ? trouble : new ConnectionClosedException(why));
        for (Runnable action : actions) {
            environment.start("quic-closed", action);
        }
        onLoopEnd.forEach(Runnable::run);
        depart();
    }

    private void depart() {
        progress();
        memory.close();
        lock.lock();
        try {
            gone = true;
            departure.signalAll();
        } finally {
            lock.unlock();
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

    /** Takes the reason of the end unless there is one; nobody opens or waits for streams from now on. */
    private boolean decide(CloseReason why) {
        lock.lock();
        try {
            if (reason != null) {
                return false;
            }
            reason = why;
            streams.wake();
        } finally {
            lock.unlock();
        }
        openings.changed();
        return true;
    }

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return openings.open(channel(), deadline);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return streams.accept();
    }

    static void await(TimedCondition condition, Deadline deadline, String what) throws IOException {
        try {
            if (!condition.await(deadline)) {
                throw new DeadlineExceededException(what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: " + what);
        }
    }

    void checkOpen() throws ConnectionClosedException {
        if (reason != null) {
            throw closed();
        }
    }

    ConnectionClosedException closed() {
        return new ConnectionClosedException(reasonOr(CloseReason.LOCAL));
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
        return streams.size();
    }

    @Override
    public void charge(ResourceScope scope) throws LimitExceededException {
        memory.chargeTo(scope);
        if (ended) {
            depart();
        }
    }

    StreamTable table() {
        return streams;
    }

    ConnectionMemory memory() {
        return memory;
    }

    /** Bytes have been taken out of quiche. On the event loop. */
    void received(int bytes) {
        memory.received(bytes, figures.roundTripNanos());
    }

    /** Something that was written has got into quiche, or will not. */
    void progress() {
        lastSent = environment.nanoTime();
        Farewell leaving = farewell;
        if (leaving != null) {
            leaving.progress();
        }
    }

    long lastSent() {
        return lastSent;
    }

    /** What quiche measures; the last figures if the connection has ended. Waits for the event loop. */
    PathFigures figures() {
        QuicChannel current = channel;
        PathFigures now = current == null ? null : PathFigures.of(current);
        if (now != null) {
            figures = now;
        }
        return figures;
    }

    @Override
    public long roundTripNanos() {
        return figures().roundTripNanos();
    }

    boolean hasEnded() {
        return ended;
    }

    @Override
    public void close(long code, String text) {
        ErrorCode.check(code);
        CloseReason why = new CloseReason(code, false, text, null);
        Set<NettyStream> left;
        Farewell leaving;
        lock.lock();
        try {
            left = streams.close();
            leaving = new Farewell(this, left);
            if (farewell == null) {
                farewell = leaving;
            }
        } finally {
            lock.unlock();
        }
        decide(why);
        CloseReason decided = reasonOr(why);
        left.forEach(stream -> stream.connectionCloses(decided, Farewell.isPatient(code)));
        if (channel != null && farewell == leaving && !gone) {
            environment.start("quic-close", () -> leave(leaving, code, text));
        }
    }

    /**
     * Stays until the connection has ended, so that closing a host waits for it. A dialer whose handshake is not confirmed
     * cannot give its code: quiche would send packets without end.
     */
    private void leave(Farewell leaving, long code, String text) {
        if (!ended) {
            leaving.await(Farewell.isPatient(code));
        }
        lock.lock();
        try {
            Deadline patience = Deadline.after(environment, limits.timeouts().linger());
            while (!confirmed && !gone && departure.await(patience)) {
                // until a packet comes, or the end
            }
            if (confirmed && !gone) {
                int wire = (int) (code > Integer.MAX_VALUE ? ErrorCode.CONNECTION_CODE_OUT_OF_RANGE : code);
                channel().close(true, wire, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            } else if (!gone) { // when it is, the event loop may have ended too, which takes no more orders
                giveUp();
            }
            while (!gone) {
                departure.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
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
