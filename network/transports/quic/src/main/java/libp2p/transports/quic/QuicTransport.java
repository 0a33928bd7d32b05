package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
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
    private final SharedUdpPorts ports;
    private final List<HolePunch> punches = new CopyOnWriteArrayList<>();
    private final Set<UdpPortShare> listening = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private QuicTransport(TransportFactory.Context context, SharedUdpPorts ports) {
        this.environment = context.environment();
        this.upgrader = context.upgrader();
        this.ports = ports.join(context);
    }

    /** Makes transports with ports of their own; nothing is loaded before one of them is used. */
    public static TransportFactory factory(QuicLimits limits) {
        return factory(limits, Diagnostics.NONE);
    }

    /** Makes transports with ports of their own, and with files that show what their connections do. */
    public static TransportFactory factory(QuicLimits limits, Diagnostics diagnostics) {
        return context -> new QuicTransport(context, new SharedUdpPorts(limits, diagnostics));
    }

    /** Makes a transport for one host, whose ports others can share. */
    public static TransportFactory factory(SharedUdpPorts ports) {
        return context -> new QuicTransport(context, ports);
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
        UdpPortShare share = ports.listen(local, port -> new ListenerAcceptor(this, port, inbound));
        listening.add(share);
        if (closed.get()) { // which may not have seen this one
            stopListening(share);
            throw new IOException("the QUIC transport is closed");
        }
        Multiaddr bound = QuicAddress.of(share.localAddress());
        return new Listener() {
            @Override
            public Multiaddr address() {
                return bound;
            }

            @Override
            public void close() {
                stopListening(share);
            }
        };
    }

    private void stopListening(UdpPortShare share) {
        listening.remove(share);
        share.close();
    }

    /** Loads the engine, makes the certificate and opens a socket, unless this has been done. */
    @Override
    public void prepare(Multiaddr address) throws IOException {
        ports.portFor(QuicAddress.toSocket(address).getAddress()).release();
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        if (request.role() == Role.RESPONDER) {
            throw new IOException("over QUIC the responder of a hole punch waits for the other, see punch");
        }
        InetSocketAddress remote = QuicAddress.toSocket(address);
        SharedUdpPort port = null;
        QuicConnection connection = null;
        TransportConnection made = null;
        try {
            port = ports.portFor(remote.getAddress());
            QuicProtocol protocol = new Libp2pProtocol(certificate -> credentials(certificate, request.expectedPeer()));
            connection = request.purpose() == Purpose.HOLE_PUNCH
                    ? new HolePunchDial(environment, port.port(), remote, protocol, request).connect()
                    : port.port().connect(remote, protocol, request.scope(), request.deadline());
            request.progress().transportConnected();
            made = keep(connection, Direction.OUTBOUND, port, request.scope());
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

    /** The host key of the remote of a connection on which libp2p was agreed. */
    static PublicKey remoteKey(QuicConnection connection) {
        return ((PeerCredentials) connection.credentials()).remoteKey();
    }

    /** Has the host keep a connection, as {@link SharedUdpPort#keep} says. */
    TransportConnection keep(QuicConnection connection, Direction direction, SharedUdpPort port, ConnectionScope scope)
            throws IOException {
        return port.keep(
                upgrader,
                connection,
                new MuxedTransportConnection(
                        connection,
                        remoteKey(connection),
                        QuicAddress.of(connection.local),
                        QuicAddress.of(connection.remote),
                        direction,
                        new ConnectionState(name(), "", "", false, ports.isListening(port), null),
                        scope));
    }

    @Override
    public boolean punches(Multiaddr address) {
        return canDial(address);
    }

    @Override
    public void punch(Multiaddr address, Deadline until) throws IOException {
        InetSocketAddress remote = QuicAddress.toSocket(address);
        SharedUdpPort port = ports.portFor(remote.getAddress());
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
        if (closed.compareAndSet(false, true)) {
            List.copyOf(listening).forEach(this::stopListening);
            ports.leave();
        }
    }
}
