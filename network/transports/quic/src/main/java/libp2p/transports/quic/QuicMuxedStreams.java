package libp2p.transports.quic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedStream;
import libp2p.quic.connection.Connection;
import libp2p.quic.stream.QuicStream;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection, and who waits for them. Needs the lock of the connection, but where it is said
 * otherwise.
 */
final class QuicMuxedStreams {
    private final QuicConnection connection;
    private final TimedCondition credit;
    private final TimedCondition arrival;
    private final Map<QuicStream, QuicMuxedStream> open = new LinkedHashMap<>();
    private final ArrayDeque<QuicMuxedStream> arrived = new ArrayDeque<>(1);
    private @Nullable Consumer<? super MuxedStream> receiver;
    private boolean delivering;
    private volatile boolean deliverable;
    private boolean closed;
    private int running;

    QuicMuxedStreams(QuicConnection connection) {
        this.connection = connection;
        this.credit = new TimedCondition(connection.environment(), connection.lock);
        this.arrival = new TimedCondition(connection.environment(), connection.lock);
    }

    /** Opens a stream; waits while the remote allows no more. Without the lock. */
    QuicMuxedStream open(Deadline deadline) throws IOException {
        connection.lock.lock();
        try {
            connection.checkOpen();
            while (!connection.engine().streams().mayOpen(true)) {
                await(credit, deadline, "open: the remote peer allows no more streams, or ends none");
                connection.checkOpen();
            }
            return begin(connection.engine().streams().open(true));
        } finally {
            connection.lock.unlock();
        }
    }

    private QuicMuxedStream begin(QuicStream stream) {
        QuicMuxedStream begun = new QuicMuxedStream(connection, this, stream);
        open.put(stream, begun);
        running++;
        return begun;
    }

    /** Looks at what has changed. */
    void look(Connection engine) {
        QuicStream stream;
        while ((stream = engine.streams().pollArrived()) != null) {
            if (!closed) { // else it hears what becomes of the connection
                QuicMuxedStream arriving = begin(stream);
                arrived.addLast(arriving); // never more than the limit of streams
                deliverable = receiver != null;
                arrival.signal();
            }
        }
        while ((stream = engine.streams().pollTouched()) != null) {
            QuicMuxedStream touched = open.get(stream);
            if (touched != null) {
                touched.look();
                if (touched.told) {
                    forget(stream);
                }
            }
        }
        if (engine.streams().pollAllowed()) {
            credit.signalAll();
        }
    }

    /** Waits for the next stream of the remote. Without the lock. */
    QuicMuxedStream accept() throws IOException {
        connection.lock.lock();
        try {
            while (true) {
                QuicMuxedStream next = arrived.pollFirst();
                if (next != null) {
                    return next;
                }
                connection.checkOpen();
                await(arrival, Deadline.NONE, "accept");
            }
        } finally {
            connection.lock.unlock();
        }
    }

    /** Without the lock. */
    void onStream(Consumer<? super MuxedStream> taker) {
        connection.lock.lock();
        try {
            receiver = taker;
            deliverable = true;
        } finally {
            connection.lock.unlock();
        }
        deliver();
    }

    /** Hands streams of the remote to the receiver, one thread at a time and in order. Without the lock. */
    void deliver() {
        if (!deliverable) {
            return;
        }
        while (true) {
            Consumer<? super MuxedStream> taker;
            QuicMuxedStream next;
            connection.lock.lock();
            try {
                taker = receiver;
                next = delivering || taker == null ? null : arrived.pollFirst();
                delivering |= next != null;
                deliverable = !arrived.isEmpty() || delivering;
            } finally {
                connection.lock.unlock();
            }
            if (taker == null || next == null) {
                return;
            }
            try {
                taker.accept(next);
            } finally {
                connection.lock.lock();
                delivering = false;
                connection.lock.unlock();
            }
        }
    }

    /** Both ways of a stream have ended for the application. */
    void ended(QuicStream stream) {
        running--;
        forget(stream);
    }

    /** Until the application is done with a stream it has to hear of the connection's end. */
    private void forget(QuicStream stream) {
        if (stream.hasReceivingEnded() && stream.hasSendingEnded()) {
            open.remove(stream);
        }
    }

    /** Without the lock. */
    int size() {
        connection.lock.lock();
        try {
            return running;
        } finally {
            connection.lock.unlock();
        }
    }

    /** Whether something that was written has not arrived. */
    boolean isUndelivered(Connection engine) {
        if (engine.streams().buffered() > 0) {
            return true;
        }
        for (QuicStream stream : engine.streams().all()) {
            if (stream.isUndelivered()) {
                return true;
            }
        }
        return false;
    }

    /** Waits until what was written has arrived, as long as some of it does within the time. */
    void linger(Connection engine, TimedCondition progress, Duration time) throws InterruptedException {
        long left = Long.MAX_VALUE;
        Deadline patience = Deadline.after(connection.environment(), time);
        while (engine.closing() == null && !engine.isTerminated() && isUndelivered(engine)) {
            long now = engine.streams().buffered();
            if (now < left) {
                left = now;
                patience = Deadline.after(connection.environment(), time);
            }
            if (!progress.await(patience)) {
                return;
            }
        }
    }

    /** This side closes the connection: no caller waits any longer; what was written still leaves. */
    void close(CloseReason why) {
        closed = true;
        for (QuicMuxedStream stream : List.copyOf(open.values())) {
            stream.connectionEnds(why, true);
        }
        arrived.clear();
        wake();
    }

    /** The connection is over: bytes that have come can still be read. */
    void connectionEnds(CloseReason why) {
        for (QuicMuxedStream stream : List.copyOf(open.values())) {
            stream.connectionEnds(why, false);
        }
        wake();
    }

    private void wake() {
        credit.signalAll();
        arrival.signalAll();
    }

    /** Nothing will come any more. */
    void drop() {
        closed = true;
        open.clear();
    }

    /** Waits for a condition of the lock, which is held. */
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
}
