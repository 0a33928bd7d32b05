package libp2p.transports.quic.driver;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.MuxedStream;
import libp2p.quic.connection.Connection;
import libp2p.quic.stream.QuicStream;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection, and who waits for them. Needs the lock of the connection, but where it is said
 * otherwise.
 */
final class DrivenStreams {
    private final DrivenConnection connection;
    private final TimedCondition credit;
    private final TimedCondition arrival;
    private final Map<QuicStream, DrivenStream> open = new LinkedHashMap<>();
    private final ArrayDeque<DrivenStream> arrived = new ArrayDeque<>();
    private @Nullable Consumer<? super MuxedStream> receiver;
    private boolean delivering;
    private volatile boolean deliverable;
    private boolean closed;
    private int running;

    DrivenStreams(DrivenConnection connection) {
        this.connection = connection;
        this.credit = new TimedCondition(connection.environment(), connection.lock);
        this.arrival = new TimedCondition(connection.environment(), connection.lock);
    }

    /** Opens a stream; waits while the remote allows no more. Without the lock. */
    DrivenStream open(Deadline deadline) throws IOException {
        connection.lock.lock();
        try {
            connection.checkOpen();
            while (!connection.engine().streams().mayOpen(true)) {
                DrivenConnection.await(credit, deadline, "open: the remote peer allows no more streams");
                connection.checkOpen();
            }
            return begin(connection.engine().streams().open(true));
        } finally {
            connection.lock.unlock();
        }
    }

    private DrivenStream begin(QuicStream stream) {
        DrivenStream begun = new DrivenStream(connection, this, stream);
        open.put(stream, begun);
        running++;
        return begun;
    }

    /** Looks at what has changed. */
    void look(Connection engine) {
        QuicStream stream;
        while ((stream = engine.streams().pollArrived()) != null) {
            if (!closed) { // else it hears what becomes of the connection
                DrivenStream arriving = begin(stream);
                arrived.addLast(arriving); // never more than the limit of streams
                deliverable = receiver != null;
                arrival.signal();
            }
        }
        while ((stream = engine.streams().pollTouched()) != null) {
            DrivenStream touched = open.get(stream);
            if (touched != null) {
                touched.look();
                if (stream.hasReceivingEnded() && stream.hasSendingEnded()) {
                    open.remove(stream);
                }
            }
        }
        if (engine.streams().pollAllowed()) {
            credit.signalAll();
        }
    }

    /** Waits for the next stream of the remote. Without the lock. */
    DrivenStream accept() throws IOException {
        connection.lock.lock();
        try {
            while (true) {
                DrivenStream next = arrived.pollFirst();
                if (next != null) {
                    return next;
                }
                connection.checkOpen();
                DrivenConnection.await(arrival, Deadline.NONE, "accept");
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
            DrivenStream next;
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

    /** Both ways of a stream have ended for whoever uses it. */
    void ended() {
        running--;
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

    /** This side closes the connection: nobody waits any longer; what was written still leaves. */
    void close(CloseReason why) {
        closed = true;
        for (DrivenStream stream : List.copyOf(open.values())) {
            stream.connectionCloses(why);
        }
        arrived.clear();
        wake();
    }

    /** The connection is over: what has come can still be read. */
    void connectionEnds(CloseReason why) {
        for (DrivenStream stream : List.copyOf(open.values())) {
            stream.connectionEnds(why);
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
}
