package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.MuxedTransportConnection;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.SecurityLimits;
import libp2p.security.noise.NoiseKeys;
import libp2p.security.tls.BrowserCertificates;
import libp2p.security.tls.BrowserCertificates.Shown;
import libp2p.security.tls.CertHashCredentials;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicProtocol;
import libp2p.transports.quic.SharedUdpPort;
import libp2p.transports.quic.SharedUdpPorts;
import libp2p.transports.quic.UdpPortShare;
import org.jspecify.annotations.Nullable;

/**
 * Dials and listens by WebTransport (libp2p specification, webtransport), by which browsers reach a host that no
 * certificate authority knows: they are told the hashes of its certificates by its address. Thread-safe.
 */
public final class WebTransport implements Transport {
    private final Environment environment;
    private final Identity identity;
    private final Upgrader upgrader;
    private final SharedUdpPorts ports;
    private final BrowserCertificates certificates;
    private final ReentrantLock making = new ReentrantLock();
    private final Set<SessionListener> listening = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable SessionHandshake handshake;

    private WebTransport(TransportFactory.Context context, SharedUdpPorts ports) {
        environment = context.environment();
        identity = context.identity();
        upgrader = context.upgrader();
        certificates = new BrowserCertificates(identity);
        this.ports = ports.join(context);
    }

    /** Makes transports with ports of their own; nothing is loaded before one of them is used. */
    public static TransportFactory factory(QuicLimits limits) {
        return context -> new WebTransport(context, new SharedUdpPorts(limits));
    }

    /** Makes a transport for one host, which shares its ports with the QUIC transport. */
    public static TransportFactory factory(SharedUdpPorts ports) {
        return context -> new WebTransport(context, ports);
    }

    @Override
    public String name() {
        return "webtransport";
    }

    @Override
    public boolean canDial(Multiaddr address) {
        WebTransportAddress parts = WebTransportAddress.of(address);
        return parts != null && !parts.hashes().isEmpty() && QuicAddress.matches(parts.quic(), true);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        WebTransportAddress parts = WebTransportAddress.of(address);
        return parts != null && parts.hashes().isEmpty() && QuicAddress.matches(parts.quic(), false);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        handshake(); // makes the keys
        InetSocketAddress local = QuicAddress.toSocket(address);
        Proofs proofs = new Proofs();
        UdpPortShare share = ports.listen(local, port -> new SessionAcceptor(this, port, inbound, proofs));
        SessionListener listener = new SessionListener(this, share, proofs);
        listening.add(listener);
        listener.begin();
        if (closed.get()) { // which may not have seen this one
            listener.close();
            throw new IOException("the WebTransport transport is closed");
        }
        return listener;
    }

    /** A listener is closed. */
    void stopped(SessionListener listener) {
        listening.remove(listener);
    }

    Environment environment() {
        return environment;
    }

    /** The certificates at this moment of the wall clock. */
    Shown shown() {
        return certificates.at(environment.wallClock());
    }

    /** The handshake with the host's keys, which are made when they are first needed. */
    SessionHandshake handshake() {
        SessionHandshake ready = handshake;
        if (ready != null) {
            return ready;
        }
        making.lock();
        try {
            ready = handshake;
            if (ready == null) {
                ready = new SessionHandshake(NoiseKeys.create(identity, environment), environment);
                handshake = ready;
            }
            return ready;
        } finally {
            making.unlock();
        }
    }

    @Override
    public void prepare(Multiaddr address) throws IOException {
        handshake();
        ports.portFor(QuicAddress.toSocket(address).getAddress()).release();
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        WebTransportAddress parts = WebTransportAddress.of(address);
        if (parts == null || request.role() == Role.RESPONDER) {
            throw new IOException("WebTransport neither dials " + address + " nor punches holes");
        }
        InetSocketAddress remote = QuicAddress.toSocket(address);
        @Nullable SharedUdpPort port = null;
        @Nullable QuicConnection connection = null;
        TransportConnection made = null;
        try {
            port = ports.portFor(remote.getAddress());
            CertHashCredentials credentials =
                    new CertHashCredentials(parts.hashes(), environment, SecurityLimits.DEFAULT);
            QuicProtocol protocol = new Http3Protocol(credentials, () -> new ClientSide(authority(remote)));
            connection = port.connect(remote, protocol, request.scope(), request.deadline());
            request.progress().transportConnected();
            Http3 http = Http3.on(connection);
            http.awaitSession(request.deadline());
            PublicKey key = prove(http, request, parts.hashes());
            Multiaddr local = WebTransportAddress.on(QuicAddress.of(connection.localAddress()), List.of());
            made = keep(connection, key, local, address, Direction.OUTBOUND, port, request.scope());
            return made;
        } finally {
            if (made == null) {
                giveUp(port, connection, request.scope());
            }
        }
    }

    /** Until the connection has ended, which takes a moment, it is charged for and has the port in use. */
    private static void giveUp(
            @Nullable SharedUdpPort port, @Nullable QuicConnection connection, ConnectionScope scope) {
        if (connection != null) {
            connection.close(ErrorCode.NONE, "given up");
            connection.onClose(() -> leave(port, scope));
        } else {
            leave(port, scope);
        }
    }

    private static void leave(@Nullable SharedUdpPort port, ConnectionScope scope) {
        if (port != null) {
            port.release();
        }
        scope.close();
    }

    private PublicKey prove(Http3 http, DialRequest request, List<Multihash> hashes) throws IOException {
        MuxedStream stream = http.streams().open(request.deadline());
        stream.readDeadline(request.deadline());
        stream.writeDeadline(request.deadline());
        return handshake().client(stream, request.expectedPeer(), hashes);
    }

    /** Host and port as a URI has them (RFC 3986, section 3.2). */
    private static String authority(InetSocketAddress remote) {
        String host = remote.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        String number = zone < 0 ? host : host.substring(0, zone);
        return (remote.getAddress() instanceof Inet6Address ? "[" + number + "]" : number) + ":" + remote.getPort();
    }

    /** Has the host keep the connection of a session, as {@link SharedUdpPort#keep} says. */
    TransportConnection keep(
            QuicConnection connection,
            PublicKey key,
            Multiaddr local,
            Multiaddr remote,
            Direction direction,
            SharedUdpPort port,
            ConnectionScope scope)
            throws IOException {
        return port.keep(
                upgrader,
                connection,
                new MuxedTransportConnection(
                        new SessionConnection(connection, Http3.on(connection).streams()),
                        key,
                        local,
                        remote,
                        direction,
                        new ConnectionState(name(), "", "", false, ports.isListening(port), null),
                        scope));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            List.copyOf(listening).forEach(SessionListener::close);
            ports.leave();
        }
    }
}
