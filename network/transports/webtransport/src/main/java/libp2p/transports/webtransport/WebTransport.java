package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
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
import libp2p.core.resource.LimitExceededException;
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
import libp2p.security.tls.CertHashCredentials;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicPorts;
import org.jspecify.annotations.Nullable;

/**
 * Dials and listens by WebTransport (libp2p specification, webtransport), by which browsers reach a host that no
 * certificate authority knows: they are told the hashes of its certificates by its address. Thread-safe.
 */
public final class WebTransport implements Transport {
    private static final String PROTOCOL = "h3";

    private final Environment environment;
    private final Identity identity;
    private final Upgrader upgrader;
    private final QuicLimits limits;
    private final BrowserCertificates certificates;
    private final QuicPorts ports;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<SessionListener> listening = new ArrayList<>();
    private final List<QuicPorts.Port> dialing = new ArrayList<>();
    private @Nullable SessionHandshake handshake;
    private boolean closed;

    private WebTransport(TransportFactory.Context context, QuicLimits limits) {
        environment = context.environment();
        identity = context.identity();
        upgrader = context.upgrader();
        this.limits = limits;
        certificates = new BrowserCertificates(identity);
        ports = new QuicPorts(context, limits, PROTOCOL);
    }

    /**
     * Makes transports; nothing is loaded before one of them is used.
     *
     * @param limits of the connections of QUIC below
     */
    public static TransportFactory factory(QuicLimits limits) {
        return context -> new WebTransport(context, limits);
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
        QuicPorts.Port port = ports.bind(QuicAddress.toSocket(address));
        SessionListener listener = new SessionListener(this, port, inbound);
        lock.lock();
        try {
            listening.add(listener);
        } finally {
            lock.unlock();
        }
        listener.begin();
        return listener;
    }

    /** A listener is closed. */
    void stopped(SessionListener listener) {
        lock.lock();
        try {
            listening.remove(listener);
        } finally {
            lock.unlock();
        }
    }

    Environment environment() {
        return environment;
    }

    QuicLimits limits() {
        return limits;
    }

    BrowserCertificates certificates() {
        return certificates;
    }

    /** The handshake with the host's keys, which are made when they are first needed. */
    SessionHandshake handshake() {
        lock.lock();
        try {
            SessionHandshake ready = handshake;
            if (ready == null) {
                ready = new SessionHandshake(NoiseKeys.create(identity, environment), environment);
                handshake = ready;
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void prepare(Multiaddr address) throws IOException {
        handshake();
        portFor(QuicAddress.toSocket(address)).release();
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        WebTransportAddress parts = WebTransportAddress.of(address);
        if (parts == null || request.role() == Role.RESPONDER) {
            throw new IOException("WebTransport neither dials " + address + " nor punches holes");
        }
        InetSocketAddress remote = QuicAddress.toSocket(address);
        QuicPorts.Port port = null;
        QuicConnection connection = null;
        TransportConnection made = null;
        try {
            port = portFor(remote);
            connection = port.connect(
                    remote,
                    new CertHashCredentials(parts.hashes(), environment, SecurityLimits.DEFAULT),
                    fresh -> new Http3(fresh, fresh::engine, new ClientSide(authority(remote))),
                    request.scope(),
                    request.deadline());
            request.progress().transportConnected();
            Http3 http = Http3.on(connection);
            http.awaitSession(request.deadline());
            PublicKey key = prove(http, request, parts.hashes());
            Multiaddr local = WebTransportAddress.on(QuicAddress.of(connection.localAddress()), List.of());
            made = wrap(connection, http, key, local, address, Direction.OUTBOUND, port, request.scope());
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

    /**
     * Takes the port's use and the scope over; both are given back when the connection has ended. Throws if the
     * connection is not kept; it is closed then, and port and scope stay with the caller.
     */
    TransportConnection wrap(
            QuicConnection connection,
            Http3 http,
            PublicKey key,
            Multiaddr local,
            Multiaddr remote,
            Direction direction,
            QuicPorts.Port port,
            ConnectionScope scope)
            throws IOException {
        long refusal = ErrorCode.CONNECTION_GATED;
        boolean kept = false;
        try {
            upgrader.secured(direction, key.peerId(), remote);
            scope.setPeer(key.peerId());
            connection.charge();
            boolean shared = direction == Direction.INBOUND;
            MuxedTransportConnection made = new MuxedTransportConnection(
                    new SessionConnection(connection, http.streams()),
                    key,
                    local,
                    remote,
                    direction,
                    new ConnectionState(name(), "", "", false, shared, null),
                    scope);
            connection.onClose(() -> {
                scope.close();
                port.release();
            });
            kept = true;
            return made;
        } catch (LimitExceededException limit) {
            refusal = ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED;
            throw limit;
        } finally {
            if (!kept) {
                connection.close(refusal, "refused");
            }
        }
    }

    /** A port to dial from, retained. */
    private QuicPorts.Port portFor(InetSocketAddress remote) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the WebTransport transport is closed");
            }
            for (QuicPorts.Port port : dialing) {
                if (port.reaches(remote) && port.retain()) {
                    return port;
                }
            }
            byte[] any = new byte[remote.getAddress() instanceof Inet4Address ? 4 : 16];
            QuicPorts.Port port = ports.bind(new InetSocketAddress(InetAddress.getByAddress(any), 0));
            dialing.add(port);
            port.retain();
            return port;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<SessionListener> listeners;
        List<QuicPorts.Port> dials;
        lock.lock();
        try {
            closed = true;
            listeners = List.copyOf(listening);
            dials = List.copyOf(dialing);
            dialing.clear();
        } finally {
            lock.unlock();
        }
        listeners.forEach(SessionListener::close);
        dials.forEach(QuicPorts.Port::release);
    }
}
