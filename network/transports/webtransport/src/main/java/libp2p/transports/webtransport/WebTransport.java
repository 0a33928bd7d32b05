package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PublicKey;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
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
import libp2p.transports.quic.Http3Ports;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import org.jspecify.annotations.Nullable;

/** Dials and listens by WebTransport over QUIC. Thread-safe. */
public final class WebTransport implements Transport {
    private final Environment environment;
    private final Upgrader upgrader;
    private final QuicLimits limits;
    final BrowserCertificates certificates;
    private final Identity identity;
    private final Http3Ports ports;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<SessionListener> listening = new ArrayList<>();
    private final List<Http3Ports.Port> dialing = new ArrayList<>();
    private @Nullable SessionHandshake handshake;
    private boolean closed;

    private WebTransport(TransportFactory.Context context, QuicLimits limits) {
        environment = context.environment();
        upgrader = context.upgrader();
        identity = context.identity();
        this.limits = limits;
        ports = new Http3Ports(context, limits);
        certificates = new BrowserCertificates(context.identity());
    }

    /** Makes transports; nothing is loaded before one of them is used. */
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
        Http3Ports.Port port = ports.bind(QuicAddress.toSocket(address));
        SessionListener listener = new SessionListener(this, environment, port, inbound);
        lock.lock();
        try {
            listening.add(listener);
        } finally {
            lock.unlock();
        }
        listener.begin();
        return listener;
    }

    void stopped(SessionListener listener) {
        lock.lock();
        try {
            listening.remove(listener);
        } finally {
            lock.unlock();
        }
    }

    Duration acceptTime() {
        return limits.timeouts().accept();
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
        portFor(QuicAddress.toSocket(address).getAddress()).release();
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        WebTransportAddress parts = WebTransportAddress.of(address);
        if (parts == null) {
            throw new IOException("not an address of WebTransport: " + address);
        }
        InetSocketAddress remote = QuicAddress.toSocket(address);
        Http3Ports.Port port = null;
        QuicConnection connection = null;
        TransportConnection made = null;
        try {
            port = portFor(remote.getAddress());
            List<Multihash> hashes = parts.hashes();
            CertHashCredentials credentials =
                    new CertHashCredentials(hashes, environment, SecurityLimits.DEFAULT);
            Http3[] http = new Http3[1];
            connection = port.connect(
                    remote,
                    credentials,
                    made0 -> http[0] = new Http3(made0, made0::engine, new ClientSide(authority(remote))),
                    request.scope(),
                    request.deadline());
            request.progress().transportConnected();
            http[0].awaitSession(request.deadline());
            PublicKey key = prove(http[0], request, hashes);
            made = wrap(
                    connection,
                    http[0],
                    key,
                    WebTransportAddress.on(QuicAddress.of(connection.localAddress()), List.of()),
                    address,
                    Direction.OUTBOUND, port, request.scope());
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
        var stream = http.streams().open(request.deadline());
        stream.readDeadline(request.deadline());
        stream.writeDeadline(request.deadline());
        return handshake().client(stream, request.expectedPeer(), hashes);
    }

    private static String authority(InetSocketAddress remote) {
        String host = remote.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        String plain = zone < 0 ? host : host.substring(0, zone);
        return (remote.getAddress() instanceof Inet6Address ? "[" + plain + "]" : plain) + ":" + remote.getPort();
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
            Http3Ports.Port port,
            ConnectionScope scope)
            throws IOException {
        boolean kept = false;
        try {
            upgrader.secured(direction, key.peerId(), remote);
            scope.setPeer(key.peerId());
            connection.charge();
            SessionConnection session = new SessionConnection(connection, http.streams());
            ConnectionState state =
                    new ConnectionState(name(), "", "", false, direction == Direction.INBOUND, null);
            TransportConnection made =
                    new MuxedTransportConnection(session, key, local, remote, direction, state, scope);
            connection.onClose(() -> {
                scope.close();
                port.release();
            });
            kept = true;
            return made;
        } finally {
            if (!kept) {
                connection.close(ErrorCode.CONNECTION_GATED, "refused");
            }
        }
    }

    private Http3Ports.Port portFor(InetAddress remote) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the WebTransport transport is closed");
            }
            boolean four = remote instanceof Inet4Address;
            for (Http3Ports.Port port : dialing) {
                if (port.localAddress().getAddress() instanceof Inet4Address == four && port.retain()) {
                    return port;
                }
            }
            Http3Ports.Port port =
                    ports.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[four ? 4 : 16]), 0));
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
        List<Http3Ports.Port> dials;
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
        dials.forEach(Http3Ports.Port::release);
    }
}
