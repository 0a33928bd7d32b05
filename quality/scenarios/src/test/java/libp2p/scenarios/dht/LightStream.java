package libp2p.scenarios.dht;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.buffer.BulkInput;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.muxer.WaitBound;
import libp2p.core.resource.Direction;
import libp2p.core.resource.StreamScope;
import org.jspecify.annotations.Nullable;

/** One end of a stream between light hosts: what is written arrives after the latency of the connection. */
final class LightStream implements Stream {
    private record Piece(byte[] bytes, long at) {}

    private final LightConnection connection;
    private final String protocol;
    private final Direction direction;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<Piece> arriving = new ArrayDeque<>();
    private @Nullable LightStream other;
    private int read;
    private final WaitBound reads;
    private @Nullable Runnable onEnd;
    /** Where the remote end has ended, when that arrives. */
    private long endsAt = Long.MAX_VALUE;

    private boolean reset;
    private boolean wroteAll;

    private LightStream(LightConnection connection, String protocol, Direction direction) {
        this.connection = connection;
        this.protocol = protocol;
        this.direction = direction;
        this.changed = new TimedCondition(connection.host().environment(), lock);
        this.reads = new WaitBound(connection.host().environment(), "read");
    }

    /** Two ends that belong together, of two connections that do; returns the one that opened it. */
    static LightStream pair(LightConnection from, LightConnection to, String protocol) {
        LightStream own = new LightStream(from, protocol, Direction.OUTBOUND);
        LightStream others = new LightStream(to, protocol, Direction.INBOUND);
        own.other = others;
        others.other = own;
        from.opened(own);
        to.opened(others);
        return own;
    }

    LightStream other() {
        LightStream there = other;
        if (there == null) {
            throw new IllegalStateException("a stream with one end");
        }
        return there;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Deadline until = reads.next();
        lock.lock();
        try {
            while (true) {
                long now = connection.host().environment().nanoTime();
                Piece first = arriving.peek();
                if (reset) {
                    throw new StreamResetException(ErrorCode.NONE, true);
                }
                if (first != null && first.at <= now) {
                    int count = Math.min(length, first.bytes.length - read);
                    System.arraycopy(first.bytes, read, target, offset, count);
                    read += count;
                    if (read == first.bytes.length) {
                        arriving.poll();
                        read = 0;
                    }
                    return count;
                }
                if (first == null && endsAt <= now) {
                    return -1;
                }
                long arrival = first == null ? endsAt : first.at;
                if (!changed.await(until.earlier(new Deadline(arrival)))
                        && until.passed(connection.host().environment())) {
                    throw NetworkFailure.located(reads.late(), connection.remotePeer(), protocol);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("reading " + protocol + " was interrupted");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (reset || wroteAll) {
                throw new StreamResetException(ErrorCode.NONE, reset);
            }
        } finally {
            lock.unlock();
        }
        connection.sent(length);
        other().arrive(Arrays.copyOfRange(source, offset, offset + length));
    }

    private void arrive(byte[] bytes) {
        connection.received(bytes.length);
        lock.lock();
        try {
            arriving.add(new Piece(bytes, connection.arrival()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end(boolean abruptly) {
        Runnable action;
        lock.lock();
        try {
            reset |= abruptly;
            endsAt = Math.min(endsAt, connection.arrival());
            action = onEnd;
            onEnd = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void closeWrite() {
        lock.lock();
        try {
            if (wroteAll) {
                return;
            }
            wroteAll = true;
        } finally {
            lock.unlock();
        }
        other().end(false);
    }

    @Override
    public void close() {
        closeWrite();
        connection.ended(this);
    }

    @Override
    public void reset(long code) {
        lock.lock();
        try {
            if (wroteAll && reset) {
                return;
            }
            wroteAll = true;
            reset = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        other().end(true);
        connection.ended(this);
    }

    @Override
    public void onRemoteEnd(Runnable action) {
        lock.lock();
        try {
            if (endsAt == Long.MAX_VALUE && !reset) {
                onEnd = action;
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    @Override
    public InputStream input() {
        return new BulkInput() {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return length == 0 ? 0 : LightStream.this.read(target, offset, length);
            }
        };
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                LightStream.this.write(new byte[] {(byte) value});
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                LightStream.this.write(source, offset, length);
            }
        };
    }

    @Override
    public void readDeadline(Deadline deadline) {
        reads.deadline(deadline);
    }

    @Override
    public void readTimeout(Duration timeout) {
        reads.timeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {}

    @Override
    public void writeDeadline(Deadline deadline) {}

    @Override
    public void priority(StreamPriority priority) {}

    @Override
    public void confirm(Deadline deadline) {}

    @Override
    public long id() {
        return 0;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public StreamScope scope() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean onReadable(Runnable otherwise) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWritable(int count) {
        return true;
    }

    @Override
    public void closeRead(long code) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void detach() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ByteChannel channel() {
        throw new UnsupportedOperationException();
    }
}
