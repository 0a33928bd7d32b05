package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.MuxedStream;
import libp2p.transports.quic.Limits;
import org.jspecify.annotations.Nullable;

/**
 * One stream. Bytes are asked of the engine while fewer than {@link Limits#receiveQueue} wait here, so that a reader that
 * does not come holds up its peer by QUIC's flow control; a writer waits while {@link Limits#sendQueue} bytes are on their
 * way into the engine.
 *
 * <p>FIN travels as a frame behind the data: Netty's {@code shutdownOutput} would overtake what is queued and lose it.
 */
final class NettyStream extends ChannelInboundHandlerAdapter implements MuxedStream {
    private static final int CHUNK = 64 << 10;

    private final NettyConnection connection;
    private final QuicStreamChannel channel;
    private final Environment environment;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition readable;
    private final TimedCondition writable;
    private final ReceivedBytes received = new ReceivedBytes();
    private int inFlight;
    private int discarded;
    private boolean asked;
    private boolean reading;
    private boolean writing;
    private boolean remoteFinished;
    private boolean discarding;
    private boolean finished;
    private boolean finSent;
    private boolean told;
    private @Nullable IOException readFailure;
    private @Nullable IOException writeFailure;
    private @Nullable Runnable onEnd;
    private volatile long readNanos;
    private volatile long writeNanos;

    NettyStream(NettyConnection connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
        this.environment = connection.environment();
        this.limits = connection.limits();
        this.readable = new TimedCondition(environment, lock);
        this.writable = new TimedCondition(environment, lock);
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
            if (reading) {
                throw new IllegalStateException("another thread is reading this stream");
            }
            reading = true;
            try {
                return target.hasRemaining() ? take(target) : 0;
            } finally {
                reading = false;
            }
        } finally {
            lock.unlock();
        }
    }

    private int take(ByteBuffer target) throws IOException {
        Deadline deadline = null;
        while (true) {
            if (discarding) {
                throw readFailure != null ? readFailure : new StreamResetException(ErrorCode.NONE, false);
            }
            if (received.size() > 0) {
                int count = received.drainTo(target);
                askForMore();
                return count;
            }
            if (readFailure != null) {
                throw readFailure;
            }
            if (remoteFinished) {
                return -1;
            }
            askForMore();
            if (deadline == null) {
                deadline = deadline(readNanos);
            }
            await(readable, deadline, "read");
        }
    }

    /** Needs the lock. */
    private void askForMore() {
        if (!asked && !remoteFinished && readFailure == null && received.size() < limits.receiveQueue()) {
            asked = true;
            channel.read();
        }
    }

    private Deadline deadline(long nanos) {
        return nanos == 0 ? Deadline.NONE : Deadline.afterNanos(environment, nanos);
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

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        lock.lock();
        try {
            if (writing) {
                throw new IllegalStateException("another thread is writing to this stream");
            }
            writing = true;
            try {
                put(source);
            } finally {
                writing = false;
            }
        } finally {
            lock.unlock();
        }
    }

    private void put(ByteBuffer source) throws IOException {
        Deadline deadline = null;
        checkWritable();
        while (source.hasRemaining()) {
            int room = limits.sendQueue() - inFlight;
            if (room <= 0) {
                if (deadline == null) {
                    deadline = deadline(writeNanos);
                }
                try {
                    await(writable, deadline, "write");
                } catch (InterruptedIOException cut) {
                    writeFailure = new IOException("an earlier write was cut short", cut);
                    throw cut;
                }
            } else {
                send(source, Math.min(Math.min(room, CHUNK), source.remaining()));
            }
            checkWritable();
        }
    }

    private void send(ByteBuffer source, int count) {
        ByteBuffer part = source.duplicate().limit(source.position() + count);
        ByteBuf chunk = channel.alloc().directBuffer(count).writeBytes(part);
        source.position(source.position() + count);
        inFlight += count;
        channel.writeAndFlush(chunk).addListener(done -> sent((ChannelFuture) done, count));
    }

    private void sent(ChannelFuture done, int count) {
        lock.lock();
        try {
            inFlight -= count;
            if (!done.isSuccess()) {
                failWriting(done.cause());
            }
            writable.signalAll();
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Needs the lock. */
    private void failWriting(Throwable cause) {
        if (writeFailure == null) {
            writeFailure = cause instanceof ChannelOutputShutdownException
                    ? new StreamResetException(codeOf(readFailure), true)
                    : ended();
        }
        writable.signalAll();
    }

    private static long codeOf(@Nullable IOException failure) {
        return failure instanceof StreamResetException reset ? reset.code() : ErrorCode.NONE;
    }

    private IOException ended() {
        CloseReason reason = connection.closeReason();
        return reason == null
                ? new StreamResetException(codeOf(readFailure), true)
                : new ConnectionClosedException(reason);
    }

    private void checkWritable() throws IOException {
        if (writeFailure != null) {
            throw writeFailure;
        }
        if (finished) {
            throw new IOException("this stream was closed for writing");
        }
    }

    @Override
    public void closeWrite() throws IOException {
        lock.lock();
        try {
            if (finished) {
                return;
            }
            if (writing) {
                throw new IllegalStateException("another thread is writing to this stream");
            }
            checkWritable();
            finish();
        } finally {
            lock.unlock();
        }
    }

    /** Needs the lock. */
    private void finish() {
        finished = true;
        channel.writeAndFlush(QuicStreamFrame.EMPTY_FIN).addListener(done -> finSent((ChannelFuture) done));
    }

    private void finSent(ChannelFuture done) {
        lock.lock();
        try {
            finSent = true;
            if (!done.isSuccess()) {
                failWriting(done.cause());
            }
        } finally {
            lock.unlock();
        }
        settle();
    }

    @Override
    public void closeRead(long code) {
        ErrorCode.check(code);
        lock.lock();
        try {
            if (discarding || remoteFinished || readFailure != null) {
                discard();
                return;
            }
            discard();
            channel.shutdownInput(onTheWire(code));
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Drops what waits and what comes. Needs the lock. */
    private void discard() {
        discarding = true;
        received.drop();
        readable.signalAll();
    }

    /** Netty takes codes as {@code int} and would let large ones become negative numbers. */
    private static int onTheWire(long code) {
        return (int) (code > Integer.MAX_VALUE ? ErrorCode.STREAM_CODE_OUT_OF_RANGE : code);
    }

    @Override
    public void reset(long code) {
        ErrorCode.check(code);
        lock.lock();
        try {
            if (finSent && (remoteFinished || discarding)) {
                discard();
                return;
            }
            StreamResetException reset = new StreamResetException(code, false);
            if (readFailure == null) {
                readFailure = reset;
            }
            if (writeFailure == null) {
                writeFailure = reset;
            }
            finished = true;
            finSent = true;
            discard();
            writable.signalAll();
            channel.shutdown(onTheWire(code)).addListener(done -> channel.close());
        } finally {
            lock.unlock();
        }
        settle();
    }

    @Override
    public void close() {
        boolean cut;
        lock.lock();
        try {
            cut = writing || (writeFailure != null && !finSent);
            if (!cut) {
                if (!finished) {
                    finish();
                }
                if (!discarding) {
                    discard();
                    askForMore(); // the remote's FIN lets Netty forget the stream
                }
            }
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
        lock.lock();
        try {
            if (discarding) {
                discarded += bytes.readableBytes();
                bytes.release();
                return;
            }
            received.add(bytes);
            readable.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lock.lock();
        try {
            asked = false;
            if (!discarding) {
                askForMore();
            } else if (discarded < limits.receiveQueue()) {
                askForMore();
            } else if (readFailure == null && !remoteFinished) {
                channel.shutdownInput(0);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            lock.lock();
            try {
                remoteFinished = true;
                readable.signalAll();
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
            if (readFailure == null && !remoteFinished) {
                readFailure = cause instanceof QuicStreamResetException reset
                        ? new StreamResetException(fromTheWire(reset.applicationProtocolCode()), true)
                        : ended();
            }
            readable.signalAll();
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
        lock.lock();
        try {
            if (!remoteFinished && readFailure == null) {
                readFailure = ended();
            }
            if (!finSent && writeFailure == null) {
                writeFailure = ended();
            }
            finSent = true;
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
        settle();
    }

    @Override
    public void readTimeout(Duration timeout) {
        readNanos = timeout.toNanos();
    }

    @Override
    public void writeTimeout(Duration timeout) {
        writeNanos = timeout.toNanos();
    }

    @Override
    public void priority(StreamPriority priority) {
        // quiche schedules by urgency; Netty's default, all the same and in turn, is what an application expects.
    }

    @Override
    public void onEnd(Runnable action) {
        lock.lock();
        try {
            if (!told) {
                onEnd = action;
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    private void settle() {
        Runnable action;
        lock.lock();
        try {
            boolean sendingEnded = finSent || writeFailure != null;
            boolean receivingEnded = remoteFinished || readFailure != null || discarding;
            if (told || !sendingEnded || !receivingEnded) {
                return;
            }
            told = true;
            action = onEnd;
        } finally {
            lock.unlock();
        }
        connection.ended(this);
        if (action != null) {
            environment.start("quic-stream-end", action);
        }
    }
}
