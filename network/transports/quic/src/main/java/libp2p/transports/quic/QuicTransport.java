package libp2p.transports.quic;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.DialRequest.Purpose;
import libp2p.core.transport.Listener;
import libp2p.core.transport.MuxedTransportConnection;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls.PeerCredentials;
import org.jspecify.annotations.Nullable;

/** Dials and listens on QUIC. Thread-safe. */
public final class QuicTransport implements Transport {
    private final Environment environment;
    private final Upgrader upgrader;
    private final UdpPorts ports;
    private final LazyEngine engine;
    private final List<HolePunch> punches = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<SharedPort> listening = new ArrayList<>();
    private final List<SharedPort> dialing = new ArrayList<>();
    private boolean closed;

    private QuicTransport(
            TransportFactory.Context context,
            QuicLimits limits,
            UdpPorts ports,
            Diagnostics diagnostics,
            Runnable preparation) {
        this.ports = ports;
        this.environment = context.environment();
        Identity identity = context.identity();
        this.upgrader = context.upgrader();
        this.engine = new LazyEngine(environment, () -> {
            preparation.run();
            return new QuicEngine(
                    environment, identity, Libp2pCertificate.create(identity, environment), limits, diagnostics);
        });
    }

    /** Makes transports; nothing is loaded before one of them is used. */
    public static TransportFactory factory(QuicLimits limits) {
        return factory(limits, new UdpPorts());
    }

    /** Makes a transport for one host, whose listening ports others can share. */
    public static TransportFactory factory(QuicLimits limits, UdpPorts ports) {
        return factory(limits, ports, Diagnostics.NONE, () -> {});
    }

    /** Makes a transport for one host, with files that show what its connections do. */
    public static TransportFactory factory(QuicLimits limits, Diagnostics diagnostics) {
        return factory(limits, new UdpPorts(), diagnostics, () -> {});
    }

    /** @param preparation what making the certificate and the keys begins with */
    static TransportFactory factory(QuicLimits limits, UdpPorts ports, Diagnostics diagnostics, Runnable preparation) {
        return context -> new QuicTransport(context, limits, ports, diagnostics, preparation);
    }

    @Override
    public String name() {
        return "quic";
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return QuicAddress.matches(address, true);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return QuicAddress.matches(address, false);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        InetSocketAddress local = QuicAddress.toSocket(address);
        QuicEngine ready = engine.get();
        SharedPort port;
        lock.lock();
        try {
            port = new SharedPort(ready.bind(local));
            listening.add(port);
        } finally {
            lock.unlock();
        }
        port.port().acceptor(new ListenerAcceptor(this, port, inbound));
        ports.opened(port.port());
        Multiaddr bound = QuicAddress.of(port.port().localAddress());
        return new Listener() {
            @Override
            public Multiaddr address() {
                return bound;
            }

            @Override
            public void close() {
                stopListening(port);
            }
        };
    }

    private void stopListening(SharedPort port) {
        lock.lock();
        try {
            if (!listening.remove(port)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        ports.closed(port.port());
        port.port().acceptor(null);
        port.release();
    }

    /** Loads the engine, makes the certificate and opens a socket, unless this has been done. */
    @Override
    public void prepare(Multiaddr address) throws IOException {
        portFor(QuicAddress.toSocket(address).getAddress()).release();
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        if (request.role() == Role.RESPONDER) {
            throw new IOException("over QUIC the responder of a hole punch waits for the other, see punch");
        }
        InetSocketAddress remote = QuicAddress.toSocket(address);
        SharedPort port = null;
        QuicConnection connection = null;
        TransportConnection made = null;
        try {
            port = portFor(remote.getAddress());
            Function<Libp2pCertificate, PeerCredentials> credentials =
                    certificate -> credentials(certificate, request.expectedPeer());
            connection = request.purpose() == Purpose.HOLE_PUNCH
                    ? new HolePunchDial(environment, port.port(), remote, credentials, request).connect()
                    : port.port().connect(remote, credentials, request.scope(), request.deadline());
            request.progress().transportConnected();
            made = wrap(connection, Direction.OUTBOUND, port, request.scope());
            return made;
        } finally {
            if (made == null) {
                if (connection != null) {
                    connection.close(ErrorCode.NONE, "given up");
                }
                if (port != null) {
                    port.release();
                }
                request.scope().close();
            }
        }
    }

    PeerCredentials credentials(Libp2pCertificate certificate, @Nullable PeerId expected) {
        return new PeerCredentials(certificate, expected, environment, SecurityLimits.DEFAULT);
    }

    /**
     * Takes the port's use and the scope over; both are given back when the connection has ended. Throws if the
     * connection is not kept; it is closed then, and port and scope stay with the caller.
     */
    TransportConnection wrap(QuicConnection connection, Direction direction, SharedPort port, ConnectionScope scope)
            throws IOException {
        Throwable refusal = null;
        boolean kept = false;
        try {
            PeerId peer = connection.remoteKey().peerId();
            Multiaddr remote = QuicAddress.of(connection.remote);
            Multiaddr local = QuicAddress.of(connection.local);
            upgrader.secured(direction, peer, remote);
            scope.setPeer(peer);
            connection.charge();
            ConnectionState state = new ConnectionState(name(), "", "", false, isListening(port), null);
            TransportConnection made = new MuxedTransportConnection(
                    connection, connection.remoteKey(), local, remote, direction, state, scope);
            connection.onClose(() -> {
                scope.close();
                port.release();
            });
            kept = true;
            return made;
        } catch (IOException refused) {
            refusal = refused;
            throw refused;
        } finally {
            if (!kept) {
                connection.close(CloseReasons.refusal(refusal), "refused");
            }
        }
    }

    private boolean isListening(SharedPort port) {
        lock.lock();
        try {
            return listening.contains(port);
        } finally {
            lock.unlock();
        }
    }

    /** A port to leave from: one that listens if its address reaches the remote, else one for dials only. Retained. */
    private SharedPort portFor(InetAddress remote) throws IOException {
        QuicEngine ready = engine.get();
        lock.lock();
        try {
            for (List<SharedPort> ports : List.of(listening, dialing)) {
                for (SharedPort port : ports) {
                    if (port.reaches(remote) && port.retain()) {
                        return port;
                    }
                }
            }
            if (closed) {
                throw new IOException("the QUIC transport is closed");
            }
            byte[] any = new byte[remote instanceof Inet4Address ? 4 : 16];
            SharedPort port = new SharedPort(ready.bind(new InetSocketAddress(InetAddress.getByAddress(any), 0)));
            dialing.add(port);
            port.retain();
            return port;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean punches(Multiaddr address) {
        return canDial(address);
    }

    @Override
    public void punch(Multiaddr address, Deadline until) throws IOException {
        InetSocketAddress remote = QuicAddress.toSocket(address);
        SharedPort port = portFor(remote.getAddress());
        HolePunch punch = new HolePunch(environment, remote);
        punches.add(punch);
        try {
            punch.run(port, until);
        } finally {
            punches.remove(punch);
            port.release();
        }
    }

    /** A connection has come in. */
    void arrived(InetSocketAddress remote) {
        punches.forEach(punch -> punch.arrived(remote));
    }

    @Override
    public void close() {
        List<SharedPort> listeners;
        List<SharedPort> dials;
        lock.lock();
        try {
            closed = true;
            listeners = List.copyOf(listening);
            dials = List.copyOf(dialing);
            dialing.clear();
        } finally {
            lock.unlock();
        }
        listeners.forEach(this::stopListening);
        dials.forEach(SharedPort::release);
    }
}
