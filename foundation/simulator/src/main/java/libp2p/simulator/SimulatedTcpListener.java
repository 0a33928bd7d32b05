package libp2p.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import org.jspecify.annotations.Nullable;

/** A simulated listening socket. A connection that finds the backlog full is refused. */
final class SimulatedTcpListener implements TcpListener {
    private final SimulatedScheduler scheduler;
    private final HostNetwork network;
    private final InetSocketAddress local;
    private final int backlog;
    final boolean reusePort;
    private final ArrayDeque<SimulatedTcpChannel> accepted = new ArrayDeque<>(4);
    /** Connections whose handshake is not finished. */
    private int pending;

    private @Nullable Thread acceptor;
    private boolean closed;

    SimulatedTcpListener(
            SimulatedScheduler scheduler,
            HostNetwork network,
            InetSocketAddress local,
            int backlog,
            boolean reusePort) {
        this.scheduler = scheduler;
        this.network = network;
        this.local = local;
        this.backlog = backlog <= 0 ? 50 : backlog;
        this.reusePort = reusePort;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public TcpChannel accept() throws IOException {
        scheduler.schedulePoint();
        if (acceptor != null) {
            throw new IllegalStateException("another thread accepts");
        }
        if (closed) {
            throw new ClosedChannelException();
        }
        while (true) {
            if (closed) {
                throw new AsynchronousCloseException();
            }
            if (Thread.currentThread().isInterrupted()) {
                close();
                throw new ClosedByInterruptException();
            }
            SimulatedTcpChannel next = accepted.pollFirst();
            if (next != null) {
                return next;
            }
            acceptor = Thread.currentThread();
            try {
                scheduler.park(this, Long.MAX_VALUE);
            } finally {
                acceptor = null;
            }
        }
    }

    @Override
    public void close() {
        scheduler.requireInside("close a listener");
        if (!closed) {
            closed = true;
            network.released(this);
            accepted.forEach(SimulatedTcpChannel::abort);
            accepted.clear();
            LockSupport.unpark(acceptor);
        }
    }

    // ---- for the network

    /** Takes a place in the backlog, if there is one. */
    boolean admits() {
        if (closed || pending + accepted.size() >= backlog) {
            return false;
        }
        pending++;
        return true;
    }

    /** The handshake will not be done. */
    void abandoned() {
        pending--;
    }

    /** The handshake is done. */
    void established(SimulatedTcpChannel channel) {
        pending--;
        if (closed) {
            channel.abort();
        } else {
            accepted.addLast(channel);
            LockSupport.unpark(acceptor);
        }
    }
}
