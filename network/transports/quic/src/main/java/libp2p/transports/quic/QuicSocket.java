package libp2p.transports.quic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.UdpSocket;
import libp2p.core.host.UdpPort;
import libp2p.streams.engine.TimerHeap;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a port with its event loop, which hands datagrams to their connections, calls connections when their
 * time has come, and does nothing that waits. Any socket finds any connection, so that it does not matter to which of
 * them the system gives a datagram; a connection is called by the loop that has heard it last.
 */
final class QuicSocket {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");
    /** The largest datagram, and as many as the system joins. */
    private static final int RECEIVE_BUFFER = 1 << 16;
    /**
     * Reads that are one turn of a connection's lock, and bytes of them if each brings a single datagram, as those of
     * browsers do: each turn wakes threads and sends an acknowledgement.
     */
    private static final int READS = 8;

    private static final int READ_BYTES = 1 << 16;

    private static final int LONG_HEADER = 0x80;

    private final Environment environment;
    private final QuicPort port;
    private final UdpSocket socket;
    private final boolean elsewhere;
    private final TimerHeap<QuicConnection> deadlines;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** The activity that ends when the address is free. */
    private volatile @Nullable Runnable closing;

    // of the event loop
    private final DatagramBatch received = new DatagramBatch(ByteBuffer.allocateDirect(RECEIVE_BUFFER));
    /** The connection whose lock the loop holds, and the id of its last packet. */
    private @Nullable QuicConnection entered;

    private @Nullable Turn turn;
    private long enteredId;
    private boolean answers;
    private final LoopLoad load;
    private @Nullable QuicConnection lastServed;

    /**
     * Takes a bound socket over.
     *
     * @param elsewhere whether its address is not that of the port
     */
    QuicSocket(Environment environment, QuicPort port, UdpSocket socket, boolean elsewhere) {
        this.environment = environment;
        this.port = port;
        this.socket = socket;
        this.elsewhere = elsewhere;
        deadlines = new TimerHeap<>(
                time -> socket.wakeAfter(time == Long.MAX_VALUE ? time : time - environment.nanoTime()));
        load = new LoopLoad(environment.nanoTime());
    }

    /** Has a loop read the socket from now on. Called once. */
    void begin() throws IOException {
        ReadHandler handler = new ReadHandler() {
            @Override
            public long onReadable() {
                return read();
            }

            @Override
            public void onReleased() {
                released();
            }
        };
        if (!socket.onReadable(handler)) {
            socket.close();
            throw new IOException("the environment reads no UDP sockets by events");
        }
    }

    /** Closes the socket; the environment is not idle until its address is free. Idempotent, never throws. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            closing = environment.trackActivity();
            socket.close();
        }
    }

    private void released() {
        Runnable activity = closing;
        if (activity != null) {
            activity.run();
        }
    }

    UdpSocket udp() {
        return socket;
    }

    /** Whether its address is another than the port's. */
    boolean isElsewhere() {
        return elsewhere;
    }

    TimerHeap<QuicConnection> deadlines() {
        return deadlines;
    }

    /** Sends a batch, or loses it. Any thread. */
    void send(DatagramBatch batch) {
        try {
            socket.trySend(batch);
        } catch (IOException lost) {
            // as any datagram may be
        }
    }

    private long read() {
        long begin = environment.nanoTime();
        try {
            int reads = 0;
            int bytes = 0;
            while (!port.isClosed() && socket.tryReceive(received)) {
                take(received);
                reads++;
                bytes += received.length();
                if (reads >= READS && bytes >= READ_BYTES) {
                    leave();
                    reads = 0;
                    bytes = 0;
                }
            }
        } catch (IOException failure) {
            if (!port.isClosed()) {
                LOG.log(System.Logger.Level.WARNING, "a QUIC socket failed: {0}", failure.toString());
            }
        } finally {
            leave();
        }
        QuicConnection due;
        long now = environment.nanoTime();
        long end = now;
        while (!port.isClosed() && (due = deadlines.pollDue(now)) != null) {
            due.ring();
            serves(due);
            end = environment.nanoTime();
        }
        if (load.turn(begin, end)) {
            port.saturated();
        }
        return 0;
    }

    private void take(DatagramBatch batch) {
        long now = environment.nanoTime();
        for (int at = 0; at < batch.length(); at += batch.segment()) {
            datagram(batch, at, Math.min(batch.segment(), batch.length() - at), now);
        }
        if (answers) {
            answers = false;
            port.answer();
        }
    }

    private void datagram(DatagramBatch batch, int offset, int length, long now) {
        ByteBuffer buffer = batch.buffer();
        int first = buffer.get(offset) & 0xff;
        if (first < UdpPort.QUIC) {
            port.receivers().deliver(batch, offset, length);
            return;
        }
        QuicConnection connection = entered;
        boolean mayBeSame = connection != null && first < LONG_HEADER && length > Long.BYTES;
        if (connection == null || !mayBeSame || buffer.getLong(offset + 1) != enteredId) {
            connection = route(batch, offset, length, now);
            if (connection == null) {
                return;
            }
            enteredId = first < LONG_HEADER ? buffer.getLong(offset + 1) : 0;
        }
        connection.receive(batch, offset, length, now);
    }

    /** Finds the connection of a datagram and enters it. */
    private @Nullable QuicConnection route(DatagramBatch batch, int offset, int length, long now) {
        QuicConnection connection = port.route(batch, offset, length, now);
        answers |= connection == null;
        if (connection != null && connection != entered) {
            leave();
            turn = connection.enter(Turn.Leave.LOOP);
            connection.heardOn(this);
            entered = connection;
            serves(connection);
        }
        return connection;
    }

    private void serves(QuicConnection connection) {
        if (connection != lastServed && lastServed != null) {
            load.another();
        }
        lastServed = connection;
    }

    private void leave() {
        Turn ends = turn;
        if (ends != null) {
            turn = null;
            entered = null;
            ends.close();
        }
    }
}
