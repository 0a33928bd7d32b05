package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamPriority;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import org.jspecify.annotations.Nullable;

/**
 * One stream: its two halves and one lock. A reset of the remote ends both halves, as libp2p means it; QUIC would let the
 * other half go on.
 */
final class NettyStream extends ChannelInboundHandlerAdapter implements MuxedStream {
    /** The default of streams, below which there is none: low priority is the usual one. Equal ones go in turn. */
    private static final int LEAST_URGENT = 127;

    private final NettyConnection connection;
    private final QuicStreamChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReceiveHalf receiving;
    private final SendHalf sending;
    private boolean told;
    private @Nullable Runnable onEnd;

    NettyStream(NettyConnection connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
        this.receiving = new ReceiveHalf(connection, channel, lock);
        this.sending = new SendHalf(connection, channel, lock, this::taken);
    }

    @Override
    public long id() {
        return channel.streamId();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            return receiving.read(target);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        lock.lock();
        try {
            sending.write(source);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean onReadable(Runnable otherwise) {
        lock.lock();
        try {
            return receiving.onReadable(otherwise);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isWritable(int count) {
        lock.lock();
        try {
            return sending.isWritable(count);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void closeWrite() throws IOException {
        lock.lock();
        try {
            sending.finish();
        } finally {
            lock.unlock();
        }
    }

    /** What quiche took of what was written; FIN if the count is 0. On the event loop. */
    private void taken(ChannelFuture done, int count) {
        lock.lock();
        try {
            if (count == 0) {
                sending.finTaken();
            } else {
                sending.taken(count);
            }
            if (!done.isSuccess()) {
                sending.fail(explain(done.cause()));
            }
        } finally {
            lock.unlock();
        }
        connection.progress();
        settle();
    }

    /** Netty does not tell the code of a STOP_SENDING. */
    private Supplier<IOException> explain(Throwable cause) {
        return cause instanceof ChannelOutputShutdownException ? reset(ErrorCode.NONE, true) : ended();
    }

    private Supplier<IOException> ended() {
        CloseReason reason = connection.closeReason();
        return reason == null ? reset(ErrorCode.NONE, true) : () -> new ConnectionClosedException(reason);
    }

    /** Each caller that fails gets an exception of its own. */
    private static Supplier<IOException> reset(long code, boolean remote) {
        return () -> new StreamResetException(code, remote);
    }

    @Override
    public void closeRead(long code) {
        ErrorCode.check(code);
        lock.lock();
        try {
            receiving.stop(code);
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Netty takes codes as {@code int} and would let large ones become negative numbers. */
    static int onTheWire(long code) {
        return (int) (code > Integer.MAX_VALUE ? ErrorCode.STREAM_CODE_OUT_OF_RANGE : code);
    }

    @Override
    public void reset(long code) {
        ErrorCode.check(code);
        lock.lock();
        try {
            boolean over = sending.isFinished() && receiving.hasEnded();
            Supplier<IOException> reset = reset(code, false);
            receiving.fail(reset);
            receiving.discard();
            if (!over) {
                abort(code, reset);
            }
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Tells the remote that nothing more is sent and read. Needs the lock. */
    private void abort(long code, Supplier<IOException> cause) {
        sending.abort(cause);
        channel.shutdown(onTheWire(code)).addListener(done -> channel.close());
    }

    @Override
    public void close() {
        boolean cut;
        lock.lock();
        try {
            cut = sending.isCut();
            if (!cut) {
                sending.finish();
                receiving.close();
            }
        } catch (IOException impossible) {
            cut = true;
        } finally {
            lock.unlock();
        }
        if (cut) {
            reset(ErrorCode.NONE); // no message that was cut short may pass for a whole one
        } else {
            settle();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        connection.received(bytes.readableBytes());
        lock.lock();
        try {
            receiving.arrived(bytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lock.lock();
        try {
            receiving.complete();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            lock.lock();
            try {
                receiving.finish();
            } finally {
                lock.unlock();
            }
            settle();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lock.lock();
        try {
            if (receiving.isFinished()) {
                return;
            }
            if (cause instanceof QuicStreamResetException reset) {
                long code = fromTheWire(reset.applicationProtocolCode());
                Supplier<IOException> remote = reset(code, true);
                receiving.fail(remote);
                if (sending.isFinished()) {
                    channel.close(); // what was sent may still arrive
                } else {
                    abort(code, remote);
                }
            } else {
                receiving.fail(ended());
            }
        } finally {
            lock.unlock();
        }
        settle();
    }

    private static long fromTheWire(long code) {
        return code < 0 || code > ErrorCode.MAX ? ErrorCode.STREAM_CODE_OUT_OF_RANGE : code;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        boolean whole;
        lock.lock();
        try {
            whole = receiving.isFinished();
            receiving.fail(ended());
            receiving.settle();
            if (!sending.isFinished()) {
                sending.abort(ended());
            }
        } finally {
            lock.unlock();
        }
        if (!whole) {
            connection.memory().leftBehind();
        }
        context.pipeline().remove(this);
        settle();
    }

    /**
     * The connection has been closed here: nobody waits any longer.
     *
     * @param patient whether what was written still leaves
     */
    void connectionCloses(CloseReason reason, boolean patient) {
        Supplier<IOException> closed = () -> new ConnectionClosedException(reason);
        lock.lock();
        try {
            receiving.fail(closed);
            receiving.discard();
            sending.fail(closed);
            if (!patient && !sending.isFinished()) {
                abort(ErrorCode.STREAM_SHUTDOWN, closed);
            }
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** The remote has closed the connection: what it sent before is taken out of quiche. On the event loop. */
    void takeEverything() {
        lock.lock();
        try {
            receiving.takeEverything();
        } finally {
            lock.unlock();
        }
    }

    /** Whether something that was written has not yet got into quiche. */
    boolean isWaiting() {
        lock.lock();
        try {
            return sending.isWaiting();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void readTimeout(Duration timeout) {
        receiving.bound.timeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        sending.bound.timeout(timeout);
    }

    @Override
    public void readDeadline(Deadline deadline) {
        receiving.bound.deadline(deadline);
    }

    @Override
    public void writeDeadline(Deadline deadline) {
        sending.bound.deadline(deadline);
    }

    @Override
    public void priority(StreamPriority priority) {
        int urgency = priority == StreamPriority.HIGH ? LEAST_URGENT - 1 : LEAST_URGENT;
        channel.updatePriority(new QuicStreamPriority(urgency, true));
    }

    @Override
    public void onEnd(Runnable action) {
        lock.lock();
        try {
            if (!told) {
                onEnd = chain(onEnd, action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    @Override
    public void onRemoteEnd(Runnable action) {
        lock.lock();
        try {
            if (receiving.onRemoteEnd(action)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** Both, one after the other; the second also if the first throws. */
    static Runnable chain(@Nullable Runnable earlier, Runnable added) {
        if (earlier == null) {
            return added;
        }
        return () -> {
            try {
                earlier.run();
            } finally {
                added.run();
            }
        };
    }

    private void settle() {
        Runnable action;
        lock.lock();
        try {
            if (told || !sending.hasEnded() || !receiving.hasEnded()) {
                return;
            }
            told = true;
            action = onEnd;
        } finally {
            lock.unlock();
        }
        connection.table().ended(this);
        if (action != null) {
            connection.environment().start("quic-stream-end", action);
        }
    }
}
