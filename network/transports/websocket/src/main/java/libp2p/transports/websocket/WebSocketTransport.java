package libp2p.transports.websocket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.http.HttpHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.tcp.HandshakeTimer;
import libp2p.transports.tcp.PortService;
import libp2p.transports.tcp.PortShare;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.tcp.Traffic;
import libp2p.transports.websocket.http.ClientHandshake;
import libp2p.transports.websocket.tls.CertificateSource;
import libp2p.transports.websocket.tls.TlsConnection;
import libp2p.transports.websocket.tls.TlsEngines;
import libp2p.transports.websocket.tls.TlsTrust;
import org.jspecify.annotations.Nullable;

/** Dials and listens on WebSockets. Thread-safe. */
public final class WebSocketTransport implements Transport {
    private final Environment environment;
    private final Upgrader upgrader;
    private final Options options;
    private final SharedTcpPorts ports;
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();

    /**
     * Options of the transport.
     *
     * @param certificates of listeners with TLS; null makes a certificate that only its own key has signed
     * @param trust in the certificates of those who are dialed
     * @param fallback takes requests that are no upgrade; null answers them with an error
     * @param trustedProxies whether the host at an address is a reverse proxy whose {@code X-Forwarded-For} is
     *     believed: limits, gaters and events then see the address that it tells, with port 0
     * @param port options of the listening TCP ports
     * @param limits bounds of handshakes and frames
     */
    public record Options(
            @Nullable CertificateSource certificates,
            TlsTrust trust,
            @Nullable HttpHandler fallback,
            Predicate<InetAddress> trustedProxies,
            TcpTransport.Options port,
            WebSocketLimits limits) {
        /** The defaults. */
        public static final Options DEFAULT = new Options(
                null, TlsTrust.system(), null, proxy -> false, TcpTransport.Options.DEFAULT, WebSocketLimits.DEFAULT);

        /** The same with other certificates for {@code wss}. */
        public Options withCertificates(CertificateSource value) {
            return new Options(value, trust, fallback, trustedProxies, port, limits);
        }

        /** The same with another decision about which servers of {@code wss} are trusted. */
        public Options withTrust(TlsTrust value) {
            return new Options(certificates, value, fallback, trustedProxies, port, limits);
        }

        /** The same with another answer to HTTP requests that are no WebSocket handshakes. */
        public Options withFallback(HttpHandler value) {
            return new Options(certificates, trust, value, trustedProxies, port, limits);
        }

        /** The same with another choice of the proxies whose {@code Forwarded} header is believed. */
        public Options withTrustedProxies(Predicate<InetAddress> value) {
            return new Options(certificates, trust, fallback, value, port, limits);
        }

        /** The same with other bounds. */
        public Options withLimits(WebSocketLimits value) {
            return new Options(certificates, trust, fallback, trustedProxies, port, value);
        }
    }

    /** @param ports the listening ports of the host */
    public WebSocketTransport(Environment environment, Upgrader upgrader, Options options, SharedTcpPorts ports) {
        this.environment = environment;
        this.upgrader = upgrader;
        this.options = options;
        this.ports = ports;
    }

    /**
     * Makes transports for one host.
     *
     * @param ports the listening ports of the host, also given to its TCP transport
     */
    public static TransportFactory factory(Options options, SharedTcpPorts ports) {
        return context -> new WebSocketTransport(context.environment(), context.upgrader(), options, ports);
    }

    @Override
    public String name() {
        return "ws";
    }

    @Override
    public boolean usesUpgrader() {
        return true;
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return WebSocketAddress.parse(address) != null;
    }

    @Override
    public boolean canListen(Multiaddr address) {
        WebSocketAddress parsed = WebSocketAddress.parse(address);
        return parsed != null && !parsed.hasName();
    }

    @Override
    public List<Multiaddr> resolve(Multiaddr address) {
        WebSocketAddress parsed = WebSocketAddress.parse(address);
        return List.of(parsed == null ? address : parsed.withServerName());
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        WebSocketAddress parsed = parse(address);
        WebSocketServer server =
                new WebSocketServer(environment, upgrader, inbound, parsed, certificates(parsed), options);
        PortService service =
                new PortService(parsed.secure() ? Traffic.TLS : Traffic.HTTP, parsed.suffix(), inbound, server);
        PortShare share = ports.listen(environment, socketAddress(parsed), options.port(), service);
        Listening listening = new Listening(share, server, this);
        listeners.add(listening);
        return listening;
    }

    private @Nullable CertificateSource certificates(WebSocketAddress address) throws IOException {
        if (!address.secure()) {
            return null;
        }
        CertificateSource given = options.certificates();
        CertificateSource certificates = given != null
                ? given
                : CertificateSource.selfSigned(
                        environment, "localhost", String.valueOf(address.host().value()));
        certificates.current(environment); // better now than with the first connection
        return certificates;
    }

    private record Listening(PortShare share, WebSocketServer server, WebSocketTransport transport)
            implements Listener {
        @Override
        public Multiaddr address() {
            return share.address();
        }

        @Override
        public void close() {
            transport.listeners.remove(this);
            share.close();
            server.close();
        }
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        WebSocketAddress parsed = parse(address);
        RawConnection raw = TcpTransport.connect(environment, socketAddress(parsed), request.deadline());
        request.progress().transportConnected();
        return upgrader.outbound(parsed.transport(), connect(raw, parsed, request), request);
    }

    private WebSocketConnection connect(RawConnection raw, WebSocketAddress address, DialRequest request)
            throws IOException {
        WebSocketLimits limits = options.limits();
        RawConnection inner = raw;
        boolean done = false;
        try (HandshakeTimer timer = HandshakeTimer.start(environment, request.deadline(), raw, "WebSocket handshake")) {
            try {
                if (address.secure()) {
                    inner = secure(raw, address);
                }
                String path = address.path() == null ? "/" : address.path();
                ByteBuffer rest =
                        new ClientHandshake(environment, limits.head()).upgrade(inner, address.authority(), path);
                timer.finish();
                done = true;
                return new WebSocketConnection(
                        environment, inner, inner.remoteAddress(), false, rest, address.suffix(), limits);
            } catch (IOException e) {
                throw timer.explain(e);
            }
        } finally {
            if (!done) {
                inner.close();
                raw.close();
            }
        }
    }

    private TlsConnection secure(RawConnection raw, WebSocketAddress address) throws IOException {
        SSLEngine engine =
                TlsEngines.client(options.trust(), address.serverHost(), address.port(), address.serverName());
        WebSocketLimits limits = options.limits();
        return TlsConnection.open(environment, raw, engine, limits.closeTimeout(), limits.tlsHandshakeBytes());
    }

    private static WebSocketAddress parse(Multiaddr address) throws IOException {
        WebSocketAddress parsed = WebSocketAddress.parse(address);
        if (parsed == null) {
            throw new IOException("not the address of a WebSocket: " + address);
        }
        return parsed;
    }

    private static InetSocketAddress socketAddress(WebSocketAddress address) throws IOException {
        InetSocketAddress socketAddress = address.socketAddress();
        if (socketAddress == null) {
            throw new IOException("not an IP address: " + address.host());
        }
        return socketAddress;
    }

    /** Closes the listeners. */
    @Override
    public void close() {
        listeners.forEach(Listening::close);
        listeners.clear();
    }
}
