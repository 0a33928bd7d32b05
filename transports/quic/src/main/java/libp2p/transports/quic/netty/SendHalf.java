package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.WaitBound;
import libp2p.transports.quic.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a stream. A writer waits while {@link Limits.Connections#sendQueue} bytes are on their way into
 * quiche. FIN travels as a frame with the data: Netty's {@code shutdownOutput} would overtake what is queued and lose it.
 * Every method needs the lock of the stream.
 *
 * <p>What is written waits here for the event loop, so that FIN leaves with the last bytes if it comes before the loop does.
 * quiche forgets a FIN alone if all bytes before it are acknowledged while the congestion window is full, and the remote
 * would wait for it for ever.
 */
final class SendHalf {
    /** Hears on the event loop, without the lock, that quiche has taken so many bytes or FIN, or why it has not. */
    interface Progress {
        void taken(ChannelFuture done, int count);
    }

    private static final int CHUNK = 64 << 10;

    private final NettyConnection connection;
    private final QuicStreamChannel channel;
    private final Limits.Connections limits;
    private final TimedCondition writable;

    private final Progress progress;
    private final ReentrantLock lock;
    private final ArrayDeque<ByteBuf> written = new ArrayDeque<>();

    private boolean leaving;
    private boolean finWritten;
    private int inFlight;
    private boolean writing;
    private boolean finished;
    private boolean finTaken;
    private @Nullable Supplier<IOException> failure;
    final WaitBound bound;

    SendHalf(NettyConnection connection, QuicStreamChannel channel, ReentrantLock lock, Progress progress) {
        this.connection = connection;
        this.channel = channel;
        this.limits = connection.limits().connections();
        this.bound = new WaitBound(connection.environment(), "write");
        this.writable = new TimedCondition(connection.environment(), lock);
        this.progress = progress;
        this.lock = lock;
    }

    /** Whether nothing more will be sent. */
    boolean hasEnded() {
        return finTaken || failure != null;
    }

    /** Whether quiche has all that was written, and FIN. */
    boolean isFinished() {
        return finTaken;
    }

    /** Whether something waits here for room in quiche. */
    boolean isWaiting() {
        return inFlight > 0 || (finished && !finTaken);
    }

    /** Whether closing now would cut off what is being written. */
    boolean isCut() {
        return writing || (failure != null && !finTaken);
    }

    void write(ByteBuffer source) throws IOException {
        claim();
        writing = true;
        try {
            put(source);
        } finally {
            writing = false;
        }
    }

    private void claim() {
        if (writing) {
            throw new IllegalStateException("another thread is writing to this stream");
        }
    }

    private void put(ByteBuffer source) throws IOException {
        int start = source.position();
        Deadline deadline = null;
        checkWritable();
        while (source.hasRemaining()) {
            checkInTime(source.position() - start);
            int room = limits.sendQueue() - inFlight;
            if (room > 0) {
                send(source, Math.min(Math.min(room, CHUNK), source.remaining()));
            } else {
                if (deadline == null) {
                    deadline = bound.next();
                }
                awaitRoom(deadline, source.position() - start);
            }
            checkWritable();
        }
    }

    /** Whether a write of so many bytes would not wait. */
    boolean isWritable(int count) {
        claim();
        return failure != null || finished || limits.sendQueue() - inFlight >= count;
    }

    private void awaitRoom(Deadline deadline, int transferred) throws IOException {
        try {
            NettyConnection.await(writable, deadline, "write");
        } catch (InterruptedIOException cut) {
            throw cutShort(cut, transferred);
        }
    }

    private void checkInTime(int transferred) throws IOException {
        if (bound.deadline().passed(connection.environment())) {
            throw cutShort(bound.late(), transferred);
        }
    }

    private InterruptedIOException cutShort(InterruptedIOException cut, int transferred) {
        cut.bytesTransferred = transferred;
        if (failure == null) {
            failure = () -> new IOException("an interrupted or late write has cut this stream short; reset it");
        }
        return cut;
    }

    private void send(ByteBuffer source, int count) {
        ByteBuffer part = source.duplicate().limit(source.position() + count);
        ByteBuf chunk = channel.alloc().directBuffer(count).writeBytes(part);
        source.position(source.position() + count);
        inFlight += count;
        connection.memory().held(count);
        written.addLast(chunk);
        leave();
    }

    private void leave() {
        if (!leaving) {
            leaving = true;
            try {
                channel.eventLoop().execute(this::handOver);
            } catch (RejectedExecutionException closed) {
                drop();
                abort(() -> new IOException("the port is closed", closed));
            }
        }
    }

    private void drop() {
        ByteBuf chunk;
        while ((chunk = written.pollFirst()) != null) {
            taken(chunk.readableBytes());
            chunk.release();
        }
    }

    /** On the event loop, without the lock. */
    private void handOver() {
        List<ByteBuf> chunks;
        boolean fin;
        lock.lock();
        try {
            leaving = false;
            chunks = List.copyOf(written);
            written.clear();
            fin = finished && !finWritten;
            finWritten |= fin;
        } finally {
            lock.unlock();
        }
        int last = fin ? chunks.size() - 1 : chunks.size();
        for (int i = 0; i < last; i++) {
            handOver(chunks.get(i));
        }
        if (fin) {
            handOverWithFin(last < 0 ? Unpooled.EMPTY_BUFFER : chunks.get(last));
        }
    }

    private void handOver(ByteBuf chunk) {
        int count = chunk.readableBytes();
        ChannelFuture written = channel.writeAndFlush(chunk);
        written.addListener(done -> progress.taken((ChannelFuture) done, count));
        closeIfForgotten(written, false);
    }

    private void handOverWithFin(ByteBuf chunk) {
        int count = chunk.readableBytes();
        boolean alone = count == 0 && !isInFlight();
        ChannelFuture written = channel.writeAndFlush(new DefaultQuicStreamFrame(chunk, true));
        written.addListener(done -> {
            if (count > 0) {
                progress.taken((ChannelFuture) done, count);
            }
            progress.taken((ChannelFuture) done, 0);
        });
        closeIfForgotten(written, alone);
    }

    private boolean isInFlight() {
        lock.lock();
        try {
            return inFlight > 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * quiche forgets a stream when the remote has finished it, wants no more of it (STOP_SENDING), and has acknowledged the
     * reset that answers that. What is written afterwards it refuses as if there were no room, and Netty would keep it for
     * ever. There is room for a FIN alone at any time, and for data if the engine had room after its last attempt.
     */
    private void closeIfForgotten(ChannelFuture written, boolean finAlone) {
        if (!written.isDone() && channel.isInputShutdown() && (finAlone || channel.bytesBeforeUnwritable() > 0)) {
            channel.close(); // which fails what Netty keeps
        }
    }

    /** So many bytes are in quiche now, or lost. */
    void taken(int count) {
        inFlight -= count;
        connection.memory().released(count);
        writable.signalAll();
    }

    /** Sends FIN with what was written last. */
    void finish() throws IOException {
        if (!finished) {
            claim();
            checkWritable();
            finished = true;
            leave();
        }
    }

    void finTaken() {
        finTaken = true;
    }

    /** No more can be written. */
    void fail(Supplier<IOException> cause) {
        if (failure == null) {
            failure = cause;
        }
        writable.signalAll();
    }

    /** Gives up whatever has not left. */
    void abort(Supplier<IOException> cause) {
        finished = true;
        finWritten = true;
        finTaken = true;
        fail(cause);
    }

    private void checkWritable() throws IOException {
        if (failure != null) {
            throw failure.get();
        }
        if (finished) {
            throw new ClosedChannelException();
        }
    }
}
