package libp2p.transports.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.resource.ConnectionScope;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A listening socket with its accept thread. While it has one service, that one gets every connection at once; with
 * several the first bytes decide. Every connection is admitted before a byte of it is read, so that the limits of the
 * host also hold for clients that stay silent, and those are cut off after {@link TcpLimits#sniffTimeout}.
 */
final class SharedTcpPort {
    private static final System.Logger LOG = System.getLogger(SharedTcpPort.class.getName());

    private final Environment environment;
    private final TcpListener socket;
    private final TcpLimits limits;
    private final SharedTcpPorts ports;
    private final Multiaddr address;
    private final OpenHandshakes handshakes;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<PortService> services = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    SharedTcpPort(Environment environment, TcpListener socket, TcpLimits limits, SharedTcpPorts ports) {
        this.environment = environment;
        this.socket = socket;
        this.limits = limits;
        this.ports = ports;
        this.handshakes = new OpenHandshakes(environment);
        this.address = TcpConnection.multiaddr(socket.localAddress());
    }

    void start() {
        environment.start("listen " + address, this::acceptAll);
    }

    InetSocketAddress socketAddress() {
        return socket.localAddress();
    }

    Multiaddr address() {
        return address;
    }

    /** Adds a service; false if its traffic is served already or the port is closed. */
    boolean add(PortService service) {
        lock.lock();
        try {
            if (closed || services.stream().anyMatch(other -> other.traffic() == service.traffic())) {
                return false;
            }
            services.add(service);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void remove(PortService service) {
        boolean last;
        lock.lock();
        try {
            last = services.remove(service) && services.isEmpty();
            closed |= last;
        } finally {
            lock.unlock();
        }
        if (last) {
            socket.close();
            handshakes.close();
            ports.closed(this);
        }
    }

    private void acceptAll() {
        boolean failing = false;
        while (!closed) {
            try {
                TcpChannel channel = socket.accept();
                failing = false;
                admit(new TcpConnection(channel, true));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException | Error e) { // nothing may end the thread but closing the port
                if (!closed) {
                    tell(e, failing ? Level.DEBUG : Level.WARNING);
                    failing = true;
                    pause();
                }
            }
        }
    }

    /**
     * Of failures in a row the first is worth a warning. Out of descriptors even a log may fail; that ends nothing
     * here.
     */
    private void tell(Throwable failure, Level level) {
        try {
            LOG.log(level, () -> "accepting on " + address + " failed: " + failure);
        } catch (RuntimeException | LinkageError noLog) {
            failure.addSuppressed(noLog);
        }
    }

    /** Without a rest a listener that is out of descriptors would spin. */
    private void pause() {
        Deadline until = Deadline.after(environment, limits.acceptPause());
        while (!until.passed(environment) && !closed) {
            environment.park(this, until);
        }
    }

    private void admit(TcpConnection raw) {
        List<PortService> candidates = List.copyOf(services);
        if (candidates.isEmpty()) {
            raw.close();
            return;
        }
        boolean alone = candidates.size() == 1;
        PortService first = candidates.getFirst();
        Multiaddr suffix = alone ? first.suffix() : Multiaddr.EMPTY;
        Multiaddr local = raw.localAddress().encapsulate(suffix);
        Multiaddr remote = raw.remoteAddress().encapsulate(suffix);
        ConnectionScope scope;
        try {
            scope = first.inbound().admit(local, remote, true);
        } catch (IOException refused) {
            raw.close();
            return;
        } catch (RuntimeException | Error e) {
            raw.close();
            throw e;
        }
        scope.onDisplaced(raw::close);
        try {
            environment.start(
                    "upgrade " + remote,
                    alone ? () -> first.server().serve(raw, scope) : () -> sniff(raw, scope, candidates));
        } catch (RuntimeException | Error e) {
            drop(raw, scope, first, e);
            throw e;
        }
    }

    private static void drop(TcpConnection raw, ConnectionScope scope, PortService service, Throwable cause) {
        raw.close();
        scope.close();
        service.inbound().failed(raw.localAddress(), raw.remoteAddress(), scope, cause);
    }

    private void sniff(TcpConnection raw, ConnectionScope scope, List<PortService> candidates) {
        ByteBuffer buffer = ByteBuffer.allocate(Traffic.LONGEST_PREFIX);
        PortService service;
        try {
            Traffic traffic = sniff(raw, buffer);
            service = candidates.stream()
                    .filter(candidate -> candidate.traffic() == traffic)
                    .findFirst()
                    .orElseThrow(() -> new ProtocolViolationException(address.toString(), traffic + " is not served"));
        } catch (IOException | RuntimeException | Error e) {
            drop(raw, scope, candidates.getFirst(), e);
            return;
        }
        RawConnection whole = new ReplayingConnection(raw, buffer.flip());
        service.server().serve(whole, scope);
    }

    private Traffic sniff(TcpConnection raw, ByteBuffer buffer) throws IOException {
        Deadline deadline = Deadline.after(environment, limits.sniffTimeout());
        try (HandshakeTimer timer = handshakes.start(deadline, raw, "first bytes on " + address)) {
            try {
                Traffic traffic = null;
                while (traffic == null) {
                    if (raw.read(buffer) < 0) {
                        throw new EOFException("closed before it was clear what it speaks");
                    }
                    traffic = Traffic.of(buffer.array(), buffer.position());
                }
                timer.finish();
                return traffic;
            } catch (IOException e) {
                throw timer.explain(e);
            }
        }
    }
}
