package libp2p.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.TcpChannel;
import org.jspecify.annotations.Nullable;

/** One end of a simulated TCP connection; it behaves as a blocking {@code SocketChannel} on Linux does. */
final class SimulatedTcpChannel implements TcpChannel {
    private final SimulatedScheduler scheduler;
    private final HostNetwork network;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final SimulatedEnvironment peerHost;
    private SimulatedTcpChannel other;
    private Pipe in;
    private Pipe out;
    private @Nullable Thread reader;
    private @Nullable Thread writer;
    private @Nullable SimulatedTcpListener listener;
    private boolean closed;
    private boolean outputShut;
    private boolean inputEnded;
    private @Nullable String failure;
    /** Holds its local port. */
    boolean holdsPort;
    /** Place in the network's list of open connections, or -1. */
    int registryIndex = -1;

    SimulatedTcpChannel(
            SimulatedScheduler scheduler,
            HostNetwork network,
            InetSocketAddress local,
            InetSocketAddress remote,
            SimulatedEnvironment peerHost) {
        this.scheduler = scheduler;
        this.network = network;
        this.local = local;
        this.remote = remote;
        this.peerHost = peerHost;
    }

    /** Joins two ends. */
    static void join(SimulatedNetwork world, SimulatedTcpChannel client, SimulatedTcpChannel server) {
        client.other = server;
        server.other = client;
        SimulatedEnvironment a = client.host();
        SimulatedEnvironment b = server.host();
        client.out = new Pipe(world, client.scheduler, world.path(a, b), client, server);
        client.in = new Pipe(world, client.scheduler, world.path(b, a), server, client);
        server.out = client.in;
        server.in = client.out;
        world.opened(client);
        world.opened(server);
    }

    SimulatedEnvironment host() {
        return network.host();
    }

    SimulatedEnvironment peer() {
        return peerHost;
    }

    // ---- for the threads of the host

    @Override
    public int read(ByteBuffer target) throws IOException {
        scheduler.schedulePoint();
        if (reader != null) {
            throw new IllegalStateException("another thread reads");
        }
        checkOpen(false);
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
        boolean waited = false;
        while (true) {
            checkOpen(waited);
            if (outputShut) {
                throw new ClosedChannelException();
            }
            if (failure != null) {
                throw new SocketException(failure.equals("Connection reset") ? "Broken pipe" : failure);
            }
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

    private void checkInterrupt() throws ClosedByInterruptException {
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        checkOpen(false);
        if (!outputShut && failure == null) {
            outputShut = true;
            out.sendControl(FrameKind.FIN);
            wakeWriter();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /** As Linux does: FIN behind what was written, or RST if there are bytes nobody has read. */
    @Override
    public void close() {
        scheduler.requireInside("close a socket");
        if (closed) {
            return;
        }
        closed = true;
        network.released(this);
        if (failure == null) {
            if (in.readable() > 0) {
                in.dropUnread();
                out.sendReset();
            } else if (!outputShut) {
                out.sendControl(FrameKind.FIN);
            }
        }
        wakeReader();
        wakeWriter();
    }

    // ---- for the network

    /** Ends the client's handshake. */
    void sendAck() {
        out.sendControl(FrameKind.ACK);
    }

    /** The server's end waits for the client's ACK to be accepted. */
    void acceptBy(SimulatedTcpListener acceptor) {
        listener = acceptor;
    }

    void established() {
        if (listener != null) {
            SimulatedTcpListener acceptor = listener;
            listener = null;
            acceptor.established(this);
        }
    }

    /** The client's ACK will never come. */
    void handshakeFailed() {
        if (listener != null) {
            listener.abandoned();
            listener = null;
        }
    }

    boolean isClosed() {
        return closed;
    }

    boolean hasWriter() {
        return writer != null;
    }

    void wakeReader() {
        LockSupport.unpark(reader);
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
        out.sendReset();
    }

    /** Nothing can be sent or received any more; what has arrived can still be read. */
    void fail(String why) {
        if (failure == null && !closed) {
            failure = why;
            network.freePort(this);
            wakeReader();
            wakeWriter();
        }
    }

    /** Closes with RST. */
    void abort() {
        if (!closed) {
            closed = true;
            network.released(this);
            if (failure == null) {
                out.sendReset();
            }
        }
    }

    void failBoth(String why) {
        fail(why);
        in.dropUnread();
        other.fail(why);
        out.dropUnread();
    }

    void silenceBoth() {
        in.silence();
        out.silence();
    }
}
