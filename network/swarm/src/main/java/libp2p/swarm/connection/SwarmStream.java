package libp2p.swarm.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.metrics.HostObserver;
import libp2p.core.metrics.TrafficCounter;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Direction;
import libp2p.core.resource.StreamScope;
import libp2p.swarm.negotiation.LazyNegotiation;
import org.jspecify.annotations.Nullable;

/** A stream of the muxer with its protocol and its scope, and perhaps a negotiation that is still to be finished. */
final class SwarmStream implements Stream {
    private final MuxedStream muxed;
    private final SwarmConnection connection;
    private final Direction direction;
    private final String protocol;
    private final StreamScope scope;
    private final HostObserver observer;
    private TrafficCounter traffic = TrafficCounter.NONE; // set before anybody else sees the stream
    private volatile @Nullable LazyNegotiation negotiation;
    private volatile boolean detached;

    SwarmStream(
            MuxedStream muxed,
            SwarmConnection connection,
            Direction direction,
            String protocol,
            StreamScope scope,
            @Nullable LazyNegotiation negotiation,
            HostObserver observer) {
        this.muxed = muxed;
        this.connection = connection;
        this.direction = direction;
        this.protocol = protocol;
        this.scope = scope;
        this.negotiation = negotiation;
        this.observer = observer;
    }

    /**
     * Counts the stream in; the scope is given back when the muxed stream has ended.
     *
     * @param patience the timeout of reads until the protocol sets another
     */
    void opened(Duration patience) {
        if (!patience.isZero()) {
            readTimeout(patience);
        }
        connection.add(this);
        try {
            traffic = observer.traffic(this);
            observer.streamOpened(this);
        } finally {
            muxed.onEnd(() -> {
                scope.close();
                connection.remove(this);
                observer.streamClosed(this);
            });
        }
    }

    @Override
    public long id() {
        return muxed.id();
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
        return scope;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            confirm();
            int count = muxed.read(target);
            if (count > 0) {
                traffic.read(count);
            }
            return count;
        } catch (IOException e) {
            throw located(e);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            confirm();
            int count = muxed.read(target, offset, length);
            if (count > 0) {
                traffic.read(count);
            }
            return count;
        } catch (IOException e) {
            throw located(e);
        }
    }

    private IOException located(IOException failure) {
        return NetworkFailure.located(failure, connection.remotePeer(), protocol);
    }

    private void confirm() throws IOException {
        LazyNegotiation pending = negotiation;
        if (pending != null) {
            pending.reads().check();
            pending.confirm(pending.reads().next());
            confirmed(pending);
        }
    }

    /** From now on the deadline for reads is the muxed stream's, which had to take the answer however late it came. */
    private void confirmed(LazyNegotiation done) {
        Deadline told = done.reads().deadline();
        muxed.readDeadline(told);
        negotiation = null;
        if (done.reads().deadline() != told) { // set meanwhile
            muxed.readDeadline(done.reads().deadline());
        }
    }

    @Override
    public void confirm(Deadline deadline) throws IOException {
        LazyNegotiation pending = negotiation;
        if (pending != null) {
            try {
                pending.confirm(deadline);
                confirmed(pending);
            } catch (IOException e) {
                throw located(e);
            }
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        LazyNegotiation pending = negotiation;
        try {
            if (pending != null) {
                pending.send(source);
            } else {
                muxed.write(source);
            }
        } catch (IOException e) {
            throw located(e);
        }
        traffic.written(count);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (negotiation != null) {
            write(ByteBuffer.wrap(source, offset, length));
            return;
        }
        try {
            muxed.write(source, offset, length);
        } catch (IOException e) {
            throw located(e);
        }
        traffic.written(length);
    }

    @Override
    public int transferTo(Stream target, int most) throws IOException {
        confirm();
        if (!(target instanceof SwarmStream other) || other.negotiation != null) {
            return Stream.super.transferTo(target, most);
        }
        int count = muxed.transferTo(other.muxed, most);
        if (count > 0) {
            traffic.read(count);
            other.traffic.written(count);
        }
        return count;
    }

    @Override
    public boolean onReadable(Runnable otherwise) {
        LazyNegotiation pending = negotiation;
        if (pending == null || pending.isAccepted()) {
            return muxed.onReadable(otherwise);
        }
        if (pending.isAnswered()) {
            return true;
        }
        pending.awaitReader(() -> {
            if (!pending.isAccepted() || muxed.onReadable(otherwise)) {
                otherwise.run();
            }
        });
        return false;
    }

    @Override
    public boolean isWritable(int count) {
        return muxed.isWritable(count);
    }

    @Override
    public void writeLast(byte[] source) throws IOException {
        end(ByteBuffer.wrap(source));
        traffic.written(source.length);
    }

    @Override
    public void closeWrite() throws IOException {
        end(ByteBuffer.allocate(0));
    }

    /** Sends FIN behind the last bytes, if there are any. */
    private void end(ByteBuffer last) throws IOException {
        LazyNegotiation pending = negotiation;
        try {
            if (pending != null) {
                pending.sendLast(last);
                pending.confirm(pending.reads().next());
                confirmed(pending);
            } else if (last.hasRemaining()) {
                muxed.writeLast(last);
            } else {
                muxed.closeWrite();
            }
        } catch (IOException e) {
            throw located(e);
        }
    }

    @Override
    public void closeRead(long code) {
        muxed.closeRead(code);
    }

    @Override
    public void reset(long code) {
        muxed.reset(code);
    }

    @Override
    public void close() {
        if (negotiation != null && !sent()) {
            muxed.reset(0); // the remote has not heard of this stream's protocol: there is nothing to finish
        } else {
            muxed.close();
        }
    }

    private boolean sent() {
        LazyNegotiation pending = negotiation;
        return pending == null || pending.sent();
    }

    @Override
    public void readTimeout(Duration timeout) {
        LazyNegotiation pending = negotiation;
        if (pending != null) {
            pending.reads().timeout(timeout);
        }
        muxed.readTimeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        muxed.writeTimeout(timeout);
    }

    @Override
    public void readDeadline(Deadline deadline) {
        LazyNegotiation pending = negotiation;
        if (pending == null) {
            muxed.readDeadline(deadline);
        } else {
            pending.reads().deadline(deadline);
            if (negotiation == null) {
                muxed.readDeadline(deadline);
            }
        }
    }

    @Override
    public void writeDeadline(Deadline deadline) {
        muxed.writeDeadline(deadline);
    }

    @Override
    public void onRemoteEnd(Runnable action) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable once = () -> {
            if (begun.compareAndSet(false, true)) {
                action.run();
            }
        };
        LazyNegotiation pending = negotiation;
        if (pending != null) {
            pending.onAnswer(() -> {
                if (!pending.isAccepted()) {
                    once.run();
                }
            });
        }
        muxed.onRemoteEnd(once);
    }

    @Override
    public void priority(StreamPriority priority) {
        muxed.priority(priority);
    }

    @Override
    public void detach() {
        detached = true;
    }

    boolean isDetached() {
        return detached;
    }

    @Override
    public InputStream input() {
        return new StreamInput(this);
    }

    @Override
    public OutputStream output() {
        return new StreamOutput(this);
    }

    @Override
    public ByteChannel channel() {
        return new StreamChannel(this, connection);
    }

    @Override
    public String toString() {
        return "stream " + id() + " (" + protocol + ") of " + connection;
    }
}
