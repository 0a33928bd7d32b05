package libp2p.streams;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;
import org.jspecify.annotations.Nullable;

/** The streams of one connection: how many each side may have, who waits to open one, and which wait to be accepted. */
final class StreamTable<S extends MuxerStream> {
    /** The fate of a stream that the remote peer wants to open. */
    enum Admission {
        ADMITTED,
        /** Its id is in use. */
        DUPLICATE,
        /** A limit stands in the way. */
        REFUSED
    }

    /** Makes a stream. */
    interface Factory<S> {
        S create() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrived;
    private final TimedCondition acknowledged;
    private final String name;
    private final StreamLimits limits;
    private final int mostUnacknowledged;
    private final Runnable beforeWait;
    private final LongMap<S> streams = new LongMap<>();
    private final ArrayDeque<S> backlog = new ArrayDeque<>(4);
    private int inbound;
    private int outbound;
    private int unacknowledged;
    private @Nullable CloseReason closed;

    /**
     * @param name of the muxer, for messages
     * @param mostUnacknowledged streams that may be open without the remote peer's acknowledgement
     * @param beforeWait sends what the remote peer has to acknowledge; called with the lock held
     */
    StreamTable(
            Environment environment, String name, StreamLimits limits, int mostUnacknowledged, Runnable beforeWait) {
        this.arrived = new TimedCondition(environment, lock);
        this.acknowledged = new TimedCondition(environment, lock);
        this.name = name;
        this.limits = limits;
        this.mostUnacknowledged = mostUnacknowledged;
        this.beforeWait = beforeWait;
    }

    /**
     * Adds a stream of this host; waits while too many are not acknowledged.
     *
     * @param factory makes the stream and queues its first frame; called with the lock held, so that streams are
     *     announced in the order of their ids
     */
    S open(Deadline deadline, Factory<S> factory) throws IOException {
        lock.lock();
        try {
            checkOpen();
            while (unacknowledged >= mostUnacknowledged) {
                beforeWait.run();
                if (!acknowledged.await(deadline) && unacknowledged >= mostUnacknowledged) {
                    checkOpen();
                    throw new DeadlineExceededException(
                            "open a stream: " + unacknowledged + " are not acknowledged by the remote peer");
                }
                checkOpen();
            }
            if (outbound >= limits.outboundStreams()) {
                throw new LimitExceededException(
                        name,
                        "streamsOutbound",
                        outbound + 1L,
                        limits.outboundStreams(),
                        LimitExceededException.Side.LOCAL);
            }
            S stream = factory.create();
            streams.put(stream.key(), stream);
            outbound++;
            if (mostUnacknowledged != Integer.MAX_VALUE) {
                stream.unacknowledged = true;
                unacknowledged++;
            }
            return stream;
        } catch (InterruptedException e) {
            throw StreamCore.interrupted("open a stream", 0);
        } finally {
            if (unacknowledged < mostUnacknowledged) {
                acknowledged.signal(); // whether this thread used its chance or not
            }
            lock.unlock();
        }
    }

    /** Adds a stream of the remote peer, or refuses it at the inbound-stream limit of the connection. */
    Admission admit(S stream) {
        lock.lock();
        try {
            if (streams.get(stream.key()) != null) {
                return Admission.DUPLICATE;
            }
            if (closed != null || inbound >= limits.inboundStreams() || backlog.size() >= limits.acceptBacklog()) {
                return Admission.REFUSED;
            }
            streams.put(stream.key(), stream);
            inbound++;
            backlog.addLast(stream);
            stream.waiting = true;
            arrived.signal();
            return Admission.ADMITTED;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a stream of the remote peer. */
    S accept() throws IOException {
        lock.lock();
        try {
            while (backlog.isEmpty()) {
                checkOpen();
                arrived.await(Deadline.NONE);
            }
            checkOpen();
            S stream = backlog.removeFirst();
            stream.waiting = false;
            return stream;
        } catch (InterruptedException e) {
            throw StreamCore.interrupted("accept a stream", 0);
        } finally {
            lock.unlock();
        }
    }

    /** The next stream of the remote peer, or null if none waits. */
    @Nullable
    S poll() {
        lock.lock();
        try {
            S stream = backlog.pollFirst();
            if (stream != null) {
                stream.waiting = false;
            }
            return stream;
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() throws ConnectionClosedException {
        if (closed != null) {
            throw new ConnectionClosedException(closed);
        }
    }

    /** The stream, or null. */
    @Nullable
    S get(long key) {
        lock.lock();
        try {
            return streams.get(key);
        } finally {
            lock.unlock();
        }
    }

    /** The remote peer has acknowledged the stream. */
    void acknowledge(S stream) {
        lock.lock();
        try {
            acknowledged(stream);
        } finally {
            lock.unlock();
        }
    }

    /** Drops a stream that nothing more will be said about. */
    void forget(MuxerStream stream) {
        lock.lock();
        try {
            acknowledged(stream);
            if (closed == null) {
                streams.remove(stream.key());
                if (stream.waiting) {
                    stream.waiting = false;
                    backlog.removeLastOccurrence(stream);
                }
                if (stream.isOutbound()) {
                    outbound--;
                } else {
                    inbound--;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void acknowledged(MuxerStream stream) {
        if (stream.unacknowledged) {
            stream.unacknowledged = false;
            unacknowledged--;
            acknowledged.signal();
        }
    }

    /** Streams that are open now. */
    int size() {
        lock.lock();
        try {
            return closed == null ? streams.size() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** All streams, by key. */
    List<S> all() {
        lock.lock();
        try {
            List<S> all = streams.values();
            all.sort(Comparator.comparingLong(MuxerStream::key));
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Admits no more streams and wakes all waiting threads; the streams stay, for what is still to be sent. */
    void close(CloseReason reason) {
        lock.lock();
        try {
            closed = reason;
            backlog.clear();
            arrived.signalAll();
            acknowledged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the streams, after {@link #close}. */
    void clear() {
        lock.lock();
        try {
            streams.clear();
        } finally {
            lock.unlock();
        }
    }
}
