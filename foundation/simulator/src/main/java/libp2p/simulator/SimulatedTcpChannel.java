package libp2p.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import org.jspecify.annotations.Nullable;

/**
 * One end of a simulated TCP connection; it behaves as a {@code SocketChannel} on Linux does, a blocking one until an
 * event loop serves it.
 */
final class SimulatedTcpChannel implements TcpChannel {
    /** The remote of a connected socket. */
    private record Ends(SimulatedTcpChannel other, Pipe in, Pipe out) {}

    private final SimulatedScheduler scheduler;
    private final HostNetwork network;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private @Nullable Ends ends; // null until connected
    private @Nullable Thread reader;
    private @Nullable Thread writer;
    private @Nullable SocketEvents events;
    private @Nullable Runnable whenEstablished;
    private @Nullable Runnable whenAbandoned;
    private List<Conversation> flows = List.of();
    private boolean closed;
    private boolean outputShut;
    private boolean resetOnClose;
    private boolean inputEnded;
    private @Nullable String failure;
    /** Holds its local port. */
    boolean holdsPort;
    /** Place in the network's list of open connections, or -1. */
    int registryIndex = -1;

    SimulatedTcpChannel(
            SimulatedScheduler scheduler, HostNetwork network, InetSocketAddress local, InetSocketAddress remote) {
        this.scheduler = scheduler;
        this.network = network;
        this.local = local;
        this.remote = remote;
    }

    /** Joins two ends, with what routers between them remember of it. */
    static void join(
            SimulatedNetwork world, SimulatedTcpChannel client, SimulatedTcpChannel server, List<Conversation> flows) {
        SimulatedEnvironment a = client.host();
        SimulatedEnvironment b = server.host();
        flows.forEach(Conversation::established);
        client.flows = flows;
        server.flows = flows;
        Pipe there = new Pipe(world, client.scheduler, world.path(a, b), client, server);
        world.opened(client);
        if (client == server) { // its SYN met itself: it hears what it says
            client.ends = new Ends(client, there, there);
            return;
        }
        Pipe back = new Pipe(world, client.scheduler, world.path(b, a), server, client);
        client.ends = new Ends(server, back, there);
        server.ends = new Ends(client, there, back);
        world.opened(server);
    }

    private Ends ends() {
        if (ends == null) {
            throw new IllegalStateException("not connected");
        }
        return ends;
    }

    SimulatedEnvironment host() {
        return network.host();
    }

    List<Conversation> flows() {
        return flows;
    }

    /** Whether all routers on the way still let the connection through. */
    boolean passesRouters() {
        for (Conversation flow : flows) {
            if (!flow.use()) {
                return false;
            }
        }
        return true;
    }

    SimulatedEnvironment peer() {
        return ends().other.host();
    }

    // ---- for the threads of the host

    @Override
    public void onReadable(ReadHandler handler) {
        if (reader != null || events != null) {
            throw new IllegalStateException("another thread reads already");
        }
        SocketEvents served = new SocketEvents(scheduler, host().nextLoop(), handler, this::isReadable);
        events = served;
        served.begin();
        if (closed) {
            served.closed();
        }
    }

    private boolean isReadable() {
        return ends().in.readable() > 0 || inputEnded || failure != null;
    }

    private int readNow(SocketEvents served, ByteBuffer target) throws IOException {
        if (!served.mayRead()) {
            return 0;
        }
        if (closed) {
            throw new ClosedChannelException();
        }
        int room = target.remaining();
        int most = Math.min(ends().in.readable(), room);
        if (most == 0 && room > 0) {
            return endOrNothing(served);
        }
        if (most > 1 && scheduler.shortensRead()) {
            most = 1 + (int) network.random().upTo(most - 2);
        }
        if (most < room) {
            served.drained();
        }
        served.progress();
        return ends().in.receive(target, most);
    }

    private int endOrNothing(SocketEvents served) throws IOException {
        if (failure == null && !inputEnded) {
            served.drained();
            return 0;
        }
        if (failure != null) {
            throw new SocketException(failure);
        }
        return -1;
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        scheduler.schedulePoint();
        if (events == null) {
            throw new UnsupportedOperationException("only with events");
        }
        if (writer != null) {
            throw new IllegalStateException("another thread writes");
        }
        checkWritable(false);
        int left = source.remaining();
        if (left > 0 && scheduler.shortensWrite()) {
            left = (int) network.random().upTo(left - 1);
        }
        writer = Thread.currentThread();
        try {
            int sent = 1;
            while (left > 0 && sent > 0) {
                ByteBuffer part = source.slice(source.position(), left);
                sent = ends().out.send(part);
                source.position(source.position() + sent);
                left -= sent;
                scheduler.schedulePoint();
            }
        } finally {
            writer = null;
        }
    }

    private void checkWritable(boolean inside) throws IOException {
        if (closed) {
            throw inside ? new AsynchronousCloseException() : new ClosedChannelException();
        }
        if (outputShut) {
            throw new ClosedChannelException();
        }
        if (failure != null) {
            throw new SocketException(failure.equals("Connection reset") ? "Broken pipe" : failure);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        SocketEvents served = events;
        if (served != null) {
            return readNow(served, target);
        }
        scheduler.schedulePoint();
        if (reader != null) {
            throw new IllegalStateException("another thread reads");
        }
        checkOpen(false);
        Pipe in = ends().in;
        while (true) {
            if (!target.hasRemaining()) {
                return 0;
            }
            if (in.readable() > 0) {
                int most = Math.min(in.readable(), target.remaining());
                if (most > 1 && scheduler.shortensRead()) {
                    most = 1 + (int) network.random().upTo(most - 2);
                }
                return in.receive(target, most);
            }
            if (failure != null) {
                throw new SocketException(failure);
            }
            if (inputEnded) {
                return -1;
            }
            reader = Thread.currentThread();
            try {
                scheduler.park(this, Long.MAX_VALUE);
                checkInterrupt();
                checkOpen(true);
            } finally {
                reader = null;
            }
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        scheduler.schedulePoint();
        if (writer != null) {
            throw new IllegalStateException("another thread writes");
        }
        Pipe out = ends().out;
        boolean waited = false;
        while (true) {
            checkWritable(waited);
            checkInterrupt();
            if (!source.hasRemaining()) {
                return;
            }
            writer = Thread.currentThread();
            try {
                if (out.send(source) == 0) {
                    waited = true;
                    scheduler.park(this, Long.MAX_VALUE);
                }
                checkInterrupt();
            } finally {
                writer = null;
            }
        }
    }

    private void checkOpen(boolean inside) throws IOException {
        if (closed) {
            throw inside ? new AsynchronousCloseException() : new ClosedChannelException();
        }
        checkInterrupt();
    }

    /** A socket that an event loop serves does not block, and so is not closed by an interrupt. */
    private void checkInterrupt() throws ClosedByInterruptException {
        if (events == null && Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        checkOpen(false);
        if (!outputShut && failure == null) {
            outputShut = true;
            ends().out.sendControl(FrameKind.FIN);
            wakeWriter();
        }
    }

    @Override
    public void resetOnClose(boolean reset) {
        resetOnClose = reset;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /** As Linux does: FIN behind what was written, or RST if that was asked for, or not all bytes were read. */
    @Override
    public void close() {
        scheduler.requireInside("close a socket");
        if (closed) {
            return;
        }
        closed = true;
        network.released(this);
        if (failure == null) {
            if (resetOnClose || ends().in.readable() > 0) {
                ends().in.dropUnread();
                ends().out.sendReset();
            } else if (!outputShut) {
                ends().out.sendControl(FrameKind.FIN);
            }
        }
        SocketEvents served = events;
        if (served != null) {
            served.closed();
        }
        wakeReader();
        wakeWriter();
    }

    // ---- for the network

    /** Ends the client's handshake. */
    void sendAck() {
        ends().out.sendControl(FrameKind.ACK);
    }

    /** The actions when the other side's ACK arrives, and if it never will. */
    void onHandshake(Runnable established, Runnable abandoned) {
        whenEstablished = established;
        whenAbandoned = abandoned;
    }

    void established() {
        handshakeEnded(whenEstablished);
    }

    void handshakeFailed() {
        handshakeEnded(whenAbandoned);
    }

    private void handshakeEnded(@Nullable Runnable action) {
        whenEstablished = null;
        whenAbandoned = null;
        if (action != null) {
            action.run();
        }
    }

    boolean isClosed() {
        return closed;
    }

    boolean hasWriter() {
        return writer != null;
    }

    void wakeReader() {
        SocketEvents served = events;
        if (served == null) {
            LockSupport.unpark(reader);
        } else if (isReadable()) {
            served.readable();
        }
    }

    void wakeWriter() {
        LockSupport.unpark(writer);
    }

    /** The other side has sent FIN. */
    void ended() {
        inputEnded = true;
        wakeReader();
    }

    /** Bytes came for a socket that is closed. */
    void refuse() {
        ends().out.sendReset();
    }

    /** Nothing can be sent or received any more; bytes that have arrived can still be read. */
    void fail(String why) {
        if (failure == null && !closed) {
            failure = why;
            network.freePort(this);
            wakeReader();
            wakeWriter();
        }
    }

    /** Whether a handshake may still end here. */
    boolean canBeJoined() {
        return !closed && ends == null;
    }

    boolean isJoined() {
        return ends != null;
    }

    /** The connect has failed: nothing will be joined to this end, and an end that was joined is reset. */
    void giveUp() {
        if (isJoined()) {
            abort();
        } else {
            closed = true;
            network.freePort(this);
        }
    }

    /** Closes with RST. */
    void abort() {
        if (!closed) {
            closed = true;
            network.released(this);
            if (failure == null) {
                ends().out.sendReset();
            }
        }
    }

    void failBoth(String why) {
        fail(why);
        ends().in.dropUnread();
        ends().other.fail(why);
        ends().out.dropUnread();
    }

    @Override
    public String toString() {
        return "tcp " + local + " to " + remote;
    }

    void silenceBoth() {
        ends().in.silence();
        ends().out.silence();
    }
}
