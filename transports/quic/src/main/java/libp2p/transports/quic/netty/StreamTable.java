package libp2p.transports.quic.netty;

import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;

/** The open streams of one connection, and those of the remote that nobody has taken yet. Thread-safe. */
final class StreamTable {
    private final NettyConnection connection;
    private final ReentrantLock lock;
    private final TimedCondition arrival;
    private final ArrayDeque<NettyStream> arrived = new ArrayDeque<>();
    private final Set<NettyStream> open = new LinkedHashSet<>();
    private boolean closed;

    /** @param lock of the connection */
    StreamTable(NettyConnection connection, ReentrantLock lock) {
        this.connection = connection;
        this.lock = lock;
        this.arrival = new TimedCondition(connection.environment(), lock);
    }

    /** Makes the stream of a channel, on the event loop. */
    NettyStream begun(QuicStreamChannel stream) {
        NettyStream begun = new NettyStream(connection, stream);
        stream.pipeline().addLast(begun);
        lock.lock();
        try {
            open.add(begun);
        } finally {
            lock.unlock();
        }
        return begun;
    }

    /** A stream of the remote, on the event loop. */
    void arrived(QuicStreamChannel stream) {
        NettyStream arriving = begun(stream);
        boolean late;
        lock.lock();
        try {
            late = closed;
            if (!late) {
                arrived.addLast(arriving); // never more than QUIC's limit of streams
                arrival.signal();
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            arriving.reset(ErrorCode.STREAM_SHUTDOWN);
        }
    }

    void ended(NettyStream stream) {
        lock.lock();
        try {
            open.remove(stream);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next stream of the remote, or the end of the connection. */
    NettyStream accept() throws IOException {
        lock.lock();
        try {
            while (true) {
                NettyStream next = arrived.pollFirst();
                if (next != null) {
                    return next;
                }
                connection.checkOpen();
                NettyConnection.await(arrival, Deadline.NONE, "accept");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets those who wait for a stream look whether the connection goes on. Needs the lock. */
    void wake() {
        arrival.signalAll();
    }

    /** Nobody gets a stream from now on; returns those that are left. Needs the lock. */
    Set<NettyStream> close() {
        closed = true;
        Set<NettyStream> left = new LinkedHashSet<>(open);
        left.addAll(arrived);
        arrived.clear();
        return left;
    }

    List<NettyStream> open() {
        lock.lock();
        try {
            return List.copyOf(open);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }
}
