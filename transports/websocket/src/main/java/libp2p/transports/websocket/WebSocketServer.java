package libp2p.transports.websocket;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.http.HttpRequest;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.tcp.HandshakeTimer;
import libp2p.transports.tcp.PortService;
import libp2p.transports.tcp.ReplayingConnection;
import libp2p.transports.websocket.http.HttpFallback;
import libp2p.transports.websocket.http.ServerHandshake;
import libp2p.transports.websocket.http.ServerHandshake.Outcome;
import libp2p.transports.websocket.tls.CertificateSource;
import libp2p.transports.websocket.tls.TlsConnection;
import libp2p.transports.websocket.tls.TlsEngines;
import org.jspecify.annotations.Nullable;

/** Serves the connections of one listener: HTTP upgrade, then the swarm's, or the application's HTTP. */
final class WebSocketServer implements PortService.Server {
    private static final System.Logger LOG = System.getLogger(WebSocketServer.class.getName());

    private final Environment environment;
    private final Upgrader upgrader;
    private final ConnectionAcceptor inbound;
    private final WebSocketAddress address;
    private final @Nullable CertificateSource certificates;
    private final @Nullable HttpFallback fallback;
    private final Limits limits;
    private final ServerHandshake handshake;

    WebSocketServer(
            Environment environment,
            Upgrader upgrader,
            ConnectionAcceptor inbound,
            WebSocketAddress address,
            @Nullable CertificateSource certificates,
            WebSocketTransport.Options options) {
        this.environment = environment;
        this.upgrader = upgrader;
        this.inbound = inbound;
        this.address = address;
        this.certificates = certificates;
        this.fallback = options.fallback();
        this.limits = options.limits();
        this.handshake = new ServerHandshake(address.path(), fallback != null, limits.head());
    }

    @Override
    public void serve(RawConnection raw, ConnectionScope scope) {
        Upgrade upgrade;
        TransportConnection connection = null;
        RawConnection outermost = raw;
        try {
            upgrade = handshake(raw);
            if (upgrade.outcome() instanceof Outcome.Upgraded upgraded) {
                outermost = open(upgrade.inner(), upgraded.rest());
                connection = upgrader.inbound(address.transport(), outermost, scope);
            }
        } catch (IOException | RuntimeException | Error e) {
            outermost.close(); // a WebSocket says why before the socket goes
            scope.close();
            Multiaddr suffix = address.suffix();
            inbound.failed(
                    raw.localAddress().encapsulate(suffix), raw.remoteAddress().encapsulate(suffix), e);
            return;
        }
        if (connection != null) {
            inbound.accept(connection);
        } else if (upgrade.outcome() instanceof Outcome.Ordinary ordinary) {
            inbound.diverted(scope);
            fallBack(ordinary.request(), new ReplayingConnection(upgrade.inner(), ordinary.rest()), scope);
        }
    }

    private WebSocketConnection open(RawConnection inner, ByteBuffer rest) {
        return new WebSocketConnection(environment, inner, true, rest, address.suffix(), limits);
    }

    /** @param inner the raw connection, or TLS over it */
    private record Upgrade(RawConnection inner, Outcome outcome) {}

    private Upgrade handshake(RawConnection raw) throws IOException {
        Deadline deadline = Deadline.after(environment, limits.handshakeTimeout());
        try (HandshakeTimer timer = HandshakeTimer.start(environment, deadline, raw, "WebSocket handshake")) {
            RawConnection inner = raw;
            try {
                if (certificates != null) {
                    inner = secure(raw, certificates);
                }
                Outcome outcome = handshake.accept(inner);
                timer.finish();
                return new Upgrade(inner, outcome);
            } catch (IOException e) {
                inner.close();
                throw timer.explain(e);
            }
        }
    }

    private TlsConnection secure(RawConnection raw, CertificateSource source) throws IOException {
        SSLEngine engine = TlsEngines.server(source.current(environment));
        return TlsConnection.open(environment, raw, engine, limits.closeTimeout(), limits.tlsHandshakeBytes());
    }

    private void fallBack(HttpRequest request, RawConnection raw, ConnectionScope scope) {
        Deadline deadline = Deadline.after(environment, limits.fallbackTimeout());
        try (HandshakeTimer timer = HandshakeTimer.start(environment, deadline, raw, "HTTP request")) {
            HttpFallback handler = fallback;
            if (handler != null) {
                handler.handle(request, raw);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, () -> "an HTTP request of " + raw.remoteAddress() + " failed: " + e.getMessage());
        } finally {
            raw.close();
            scope.close();
        }
    }
}
