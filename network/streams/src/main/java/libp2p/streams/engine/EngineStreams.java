package libp2p.streams.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.MuxedStream;
import org.jspecify.annotations.Nullable;

/**
 * Streams of one connection, and who waits for them. A subclass says where they come from and how their error codes are
 * written. Needs the lock of the connection, but where it is said otherwise.
 *
 * @param <S> the engine of a stream
 */
public abstract class EngineStreams<S extends StreamEngine> implements Application {
    private final EngineConnection connection;
    private final TimedCondition credit;
    private final TimedCondition arrival;
    private final Map<S, EngineStream<S>> open = new LinkedHashMap<>();
    private final ArrayDeque<EngineStream<S>> arrived = new ArrayDeque<>(1);
    private @Nullable Consumer<? super MuxedStream> receiver;
    private @Nullable CloseReason reason;
    private boolean delivering;
    private volatile boolean deliverable;
    private boolean closed;
    private int running;

    /** @param connection whose lock guards the table; nothing of it is called before a stream is there */
    protected EngineStreams(EngineConnection connection) {
        this.connection = connection;
        this.credit = new TimedCondition(connection.environment(), connection.lock());
        this.arrival = new TimedCondition(connection.environment(), connection.lock());
    }

    // ------------------------------------------------------------------ what a subclass adds

    /** Whether the remote allows one more stream. */
    protected abstract boolean mayOpen();

    /** Opens a stream; only if {@link #mayOpen}. */
    protected abstract S openEngine();

    /** Number of bytes that {@link #write} would take of a stream now. */
    protected int room(S stream) {
        return stream.room();
    }

    /** Takes as many bytes for a stream as there is room for and returns their number. */
    protected int write(S stream, ByteBuffer source) {
        return stream.write(source);
    }

    /**
     * Gives up sending on a stream.
     *
     * @param wire an error code of the wire
     */
    protected void reset(S stream, long wire) {
        stream.reset(wire);
    }

    /**
     * Reads nothing more of a stream that this side has ended.
     *
     * @param wire an error code of the wire
     */
    protected void ignoreRest(S stream, long wire) {
        stream.stopSending(wire);
    }

    /** The code on the wire for one of the application, which is at most {@link ErrorCode#MAX}. */
    protected long wireCode(long code) {
        return code;
    }

    /** The code for the application of one on the wire. */
    protected long code(long wire) {
        return wire > ErrorCode.MAX ? ErrorCode.STREAM_CODE_OUT_OF_RANGE : wire;
    }

    // ------------------------------------------------------------------ what a subclass uses

    /** A stream of the remote has come. */
    protected final void arrive(S stream) {
        if (!closed) { // else it hears what becomes of the connection
            EngineStream<S> arriving = begin(stream);
            arrived.addLast(arriving); // as many as may be open, and those that were reset, which come slowly
            deliverable = receiver != null;
            arrival.signal();
        }
    }

    /** Something of a stream has changed; of one that is not in the table nothing is done. */
    protected final void touch(S stream) {
        EngineStream<S> touched = open.get(stream);
        if (touched != null) {
            touched.look();
            if (touched.told) {
                forget(stream);
            }
        }
    }

    /** Has the thread that writes on a stream look for room again; returns whether there is one. */
    protected final boolean wakeWriter(S stream) {
        EngineStream<S> written = open.get(stream);
        return written != null && written.wakeWriter();
    }

    /** More streams may be opened than before. */
    protected final void allow() {
        credit.signalAll();
    }

    private EngineStream<S> begin(S stream) {
        EngineStream<S> begun = new EngineStream<>(connection, this, stream);
        open.put(stream, begun);
        running++;
        return begun;
    }

    // ------------------------------------------------------------------ what a connection calls

    /**
     * Opens a stream; waits while the remote allows no more. Without the lock.
     *
     * @throws ConnectionClosedException if the connection has ended
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    public final MuxedStream open(Deadline deadline) throws IOException {
        connection.lock().lock();
        try {
            checkOpen();
            while (!mayOpen()) {
                EngineConnection.await(credit, deadline, "open: the remote peer allows no more streams, or ends none");
                checkOpen();
            }
            return begin(openEngine());
        } finally {
            connection.lock().unlock();
        }
    }

    /**
     * Waits for the next stream of the remote. Without the lock.
     *
     * @throws ConnectionClosedException once the connection has ended
     */
    public final MuxedStream accept() throws IOException {
        return accept(Deadline.NONE);
    }

    /**
     * As {@link #accept()}, until a deadline.
     *
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    public final MuxedStream accept(Deadline deadline) throws IOException {
        connection.lock().lock();
        try {
            while (true) {
                EngineStream<S> next = arrived.pollFirst();
                if (next != null) {
                    return next;
                }
                checkOpen();
                EngineConnection.await(arrival, deadline, "accept");
            }
        } finally {
            connection.lock().unlock();
        }
    }

    private void checkOpen() throws ConnectionClosedException {
        if (reason != null) {
            throw new ConnectionClosedException(reason);
        }
    }

    /** See {@link libp2p.core.muxer.MuxedConnection#onStream}. Without the lock. */
    public final void onStream(Consumer<? super MuxedStream> taker) {
        connection.lock().lock();
        try {
            receiver = taker;
            deliverable = true;
        } finally {
            connection.lock().unlock();
        }
        deliver();
    }

    /** Hands streams of the remote to the receiver, one thread at a time and in order. Without the lock. */
    @Override
    public final void deliver() {
        if (!deliverable) {
            return;
        }
        while (true) {
            Consumer<? super MuxedStream> taker;
            EngineStream<S> next;
            connection.lock().lock();
            try {
                taker = receiver;
                next = delivering || taker == null ? null : arrived.pollFirst();
                delivering |= next != null;
                deliverable = !arrived.isEmpty() || delivering;
            } finally {
                connection.lock().unlock();
            }
            if (taker == null || next == null) {
                return;
            }
            try {
                taker.accept(next);
            } finally {
                connection.lock().lock();
                delivering = false;
                connection.lock().unlock();
            }
        }
    }

    /** Both ways of a stream have ended for the application. */
    final void ended(S stream) {
        running--;
        forget(stream);
    }

    /** Until the application is done with a stream it has to hear of the connection's end. */
    private void forget(S stream) {
        if (stream.hasReceivingEnded() && stream.hasSendingEnded()) {
            open.remove(stream);
        }
    }

    /** Number of streams of the remote that nothing has taken yet, among them those that it has ended meanwhile. */
    public final int untaken() {
        return arrived.size();
    }

    /** Number of streams that have not ended for the application. Without the lock. */
    public final int size() {
        connection.lock().lock();
        try {
            return running;
        } finally {
            connection.lock().unlock();
        }
    }

    /** Whether it has not been closed, by this side or the remote. */
    final boolean isOpen() {
        return reason == null;
    }

    @Override
    public final void close(CloseReason why) {
        reason = why;
        closed = true;
        for (EngineStream<S> stream : List.copyOf(open.values())) {
            stream.connectionEnds(why, true);
        }
        arrived.clear();
        wake();
    }

    @Override
    public final void connectionEnds(CloseReason why) {
        reason = why;
        for (EngineStream<S> stream : List.copyOf(open.values())) {
            stream.connectionEnds(why, false);
        }
        wake();
    }

    private void wake() {
        credit.signalAll();
        arrival.signalAll();
    }

    @Override
    public final void drop() {
        closed = true;
        open.clear();
    }
}
