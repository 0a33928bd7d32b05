package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.WaitBound;
import libp2p.transports.quic.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a stream. Bytes are asked of quiche while fewer than {@link Limits.Connections#receiveQueue} wait
 * here, so that a reader that does not come holds up its peer by QUIC's flow control. Every method needs the lock of the
 * stream.
 */
final class ReceiveHalf {
    private final NettyConnection connection;
    private final QuicStreamChannel channel;
    private final Limits.Connections limits;
    private final TimedCondition readable;
    private final ReceivedBytes received = new ReceivedBytes();
    private int discarded;
    private boolean asked;
    private boolean reading;
    private boolean finished;
    private boolean discarding;
    private boolean connectionEnds;
    private @Nullable Runnable awaiting;
    private @Nullable Supplier<IOException> failure;
    private @Nullable Runnable remoteEnd;
    final WaitBound bound;

    ReceiveHalf(NettyConnection connection, QuicStreamChannel channel, ReentrantLock lock) {
        this.connection = connection;
        this.channel = channel;
        this.limits = connection.limits().connections();
        this.bound = new WaitBound(connection.environment(), "read");
        this.readable = new TimedCondition(connection.environment(), lock);
    }

    /** Whether nothing more will be read. */
    boolean hasEnded() {
        return finished || discarding || failure != null;
    }

    /** Whether the remote has sent its end and it has arrived here. */
    boolean isFinished() {
        return finished;
    }

    /** Whether nothing more will come. */
    private boolean isRemoteOver() {
        return finished || failure != null;
    }

    /** Keeps the action until nothing more will come; returns false if that is so already. */
    boolean onRemoteEnd(Runnable action) {
        if (isRemoteOver()) {
            return false;
        }
        remoteEnd = NettyStream.chain(remoteEnd, action);
        return true;
    }

    int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (reading) {
            throw new IllegalStateException("another thread is reading this stream");
        }
        reading = true;
        try {
            return target.hasRemaining() ? take(target) : 0;
        } finally {
            reading = false;
        }
    }

    boolean onReadable(Runnable otherwise) {
        if (reading || awaiting != null) {
            throw new IllegalStateException("this stream has a reader that waits");
        }
        if (received.size() > 0 || hasEnded()) {
            return true;
        }
        awaiting = otherwise;
        askForMore();
        return false;
    }

    /** The action gets a thread of its own: the event loop serves all connections of the port. */
    private void wake() {
        readable.signalAll();
        Runnable action = awaiting;
        if (action != null) {
            awaiting = null;
            connection.environment().start("quic-readable", action);
        }
        Runnable end = remoteEnd;
        if (end != null && isRemoteOver()) {
            remoteEnd = null;
            connection.environment().start("quic-remote-end", end);
        }
    }

    private int take(ByteBuffer target) throws IOException {
        Deadline deadline = null;
        while (true) {
            if (discarding) {
                throw failure != null ? failure.get() : new ClosedChannelException();
            }
            bound.check();
            if (received.size() > 0) {
                int count = received.drainTo(target);
                connection.memory().released(count);
                askForMore();
                return count;
            }
            if (failure != null) {
                throw failure.get();
            }
            if (finished) {
                return -1;
            }
            askForMore();
            if (deadline == null) {
                deadline = bound.next();
            }
            NettyConnection.await(readable, deadline, "read");
        }
    }

    void askForMore() {
        boolean room = connectionEnds || discarding || received.size() < limits.receiveQueue();
        if (room && !asked && !finished && failure == null) {
            asked = true;
            channel.read();
        }
    }

    /** Takes the buffer over. */
    void arrived(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (discarding) {
            discarded += count;
            bytes.release();
            connection.memory().released(count);
            return;
        }
        received.add(bytes);
        wake();
    }

    /** Everything that was asked for is here. */
    void complete() {
        asked = false;
        if (!discarding || discarded < limits.receiveQueue()) {
            askForMore();
        } else if (failure == null && !finished) {
            channel.shutdownInput(0); // the remote goes on and on
        }
    }

    void finish() {
        finished = true;
        wake();
    }

    /** Nothing more will come; what is here can still be read. */
    void fail(Supplier<IOException> cause) {
        if (failure == null && !finished) {
            failure = cause;
        }
        wake();
    }

    /** Nothing will come any more; what is here may wait for its reader for ever. */
    void settle() {
        received.settle();
    }

    /** Drops what waits and what comes. */
    void discard() {
        discarding = true;
        connection.memory().released(received.size());
        received.drop();
        wake();
    }

    /** Drops what waits, and tells the remote not to send more. */
    void stop(long code) {
        boolean tell = !hasEnded();
        discard();
        if (tell) {
            channel.shutdownInput(NettyStream.onTheWire(code));
        }
    }

    /** Like {@link #discard} for a stream that is closed: the remote's FIN lets Netty forget it. */
    void close() {
        if (!discarding) {
            discard();
            askForMore();
        }
    }

    /** The remote has closed the connection: takes all that quiche has before it is lost. On the event loop. */
    void takeEverything() {
        connectionEnds = true;
        askForMore();
    }
}
