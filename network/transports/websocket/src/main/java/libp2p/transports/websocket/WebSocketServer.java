package libp2p.transports.websocket;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.http.BodyReader;
import libp2p.http.HttpHandler;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestClock;
import libp2p.http.RequestContext;
import libp2p.http.ResponseWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.tcp.HandshakeTimer;
import libp2p.transports.tcp.OpenHandshakes;
import libp2p.transports.tcp.PortService;
import libp2p.transports.websocket.http.ForwardedFor;
import libp2p.transports.websocket.http.ServerHandshake;
import libp2p.transports.websocket.http.ServerHandshake.Outcome;
import libp2p.transports.websocket.tls.CertificateSource;
import libp2p.transports.websocket.tls.TlsConnection;
import libp2p.transports.websocket.tls.TlsEngines;
import org.jspecify.annotations.Nullable;

/** Serves the connections of one listener: HTTP upgrade, then the swarm's, or the application's HTTP. */
final class WebSocketServer implements PortService.Server {
    private static final System.Logger LOG = System.getLogger(WebSocketServer.class.getName());

    private static final int BUFFER = 16 << 10;

    private final Environment environment;
    private final Upgrader upgrader;
    private final ConnectionAcceptor inbound;
    private final WebSocketAddress address;
    private final @Nullable CertificateSource certificates;
    private final @Nullable HttpHandler fallback;
    private final Predicate<InetAddress> trustedProxies;
    private final WebSocketLimits limits;
    private final ServerHandshake handshake;
    private final OpenHandshakes handshakes;

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
        this.trustedProxies = options.trustedProxies();
        this.limits = options.limits();
        this.handshake = new ServerHandshake(address.path(), fallback != null, limits.head());
        this.handshakes = new OpenHandshakes(environment);
    }

    /** The listener is closed. */
    void close() {
        handshakes.close();
    }

    @Override
    public void serve(RawConnection raw, ConnectionScope scope) {
        Arrival arrival = new Arrival(raw, scope);
        Upgrade upgrade;
        TransportConnection connection = null;
        RawConnection outermost = raw;
        try {
            upgrade = handshake(arrival);
            if (upgrade.outcome() instanceof Outcome.Upgraded upgraded) {
                outermost = open(upgrade.inner(), arrival.remote, upgraded.rest());
                connection = upgrader.inbound(address.transport(), outermost, scope);
            }
        } catch (IOException | RuntimeException | Error e) {
            outermost.close(); // a WebSocket says why before the socket goes
            scope.close();
            Multiaddr suffix = address.suffix();
            inbound.failed(raw.localAddress().encapsulate(suffix), arrival.remote.encapsulate(suffix), scope, e);
            return;
        }
        if (connection != null) {
            inbound.accept(connection);
        } else if (upgrade.outcome() instanceof Outcome.Ordinary ordinary) {
            inbound.diverted(scope);
            fallBack(ordinary, upgrade.inner(), scope);
        }
    }

    private WebSocketConnection open(RawConnection inner, Multiaddr remote, ByteBuffer rest) {
        return new WebSocketConnection(environment, inner, remote, true, rest, address.suffix(), limits);
    }

    /** A connection whose remote address is the proxy's until the request has told another. */
    private final class Arrival {
        final RawConnection raw;
        final ConnectionScope scope;
        Multiaddr remote;

        Arrival(RawConnection raw, ConnectionScope scope) {
            this.raw = raw;
            this.scope = scope;
            this.remote = raw.remoteAddress();
        }

        void admit(HttpHeaders headers) throws IOException {
            InetAddress client = ForwardedFor.client(remote.ip(), headers, trustedProxies);
            if (client != null) {
                Multiaddr told = Multiaddr.ofTcp(client, 0);
                Multiaddr suffix = address.suffix();
                inbound.forwarded(raw.localAddress().encapsulate(suffix), told.encapsulate(suffix), scope);
                remote = told;
            }
        }
    }

    /** @param inner the raw connection, or TLS over it */
    private record Upgrade(RawConnection inner, Outcome outcome) {}

    private Upgrade handshake(Arrival arrival) throws IOException {
        RawConnection raw = arrival.raw;
        Deadline deadline = Deadline.after(environment, limits.handshakeTimeout());
        try (HandshakeTimer timer = handshakes.start(deadline, raw, "WebSocket handshake")) {
            RawConnection inner = raw;
            try {
                if (certificates != null) {
                    inner = secure(raw, certificates);
                }
                Outcome outcome = handshake.accept(inner, arrival::admit);
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

    private void fallBack(Outcome.Ordinary ordinary, RawConnection raw, ConnectionScope scope) {
        Deadline deadline = Deadline.after(environment, limits.fallbackTimeout());
        try (HandshakeTimer timer = HandshakeTimer.start(environment, deadline, raw, "HTTP request")) {
            HttpHandler handler = fallback;
            if (handler != null) {
                HttpResponse response = response(ordinary, raw, handler);
                boolean head = ordinary.request().method().equals("HEAD");
                ResponseWriter.write(response, head, new BufferedOutputStream(new Output(raw), BUFFER));
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, () -> "an HTTP request of " + raw.remoteAddress() + " failed: " + e.getMessage());
        } finally {
            raw.close();
            scope.close();
        }
    }

    private HttpResponse response(Outcome.Ordinary ordinary, RawConnection raw, HttpHandler handler)
            throws IOException {
        HttpRequest request = ordinary.request();
        try {
            BodyReader body =
                    BodyReader.ofRequest(request.headers(), raw::read, ordinary.rest(), limits.fallbackBodyBytes());
            if (request.headers().only("Host") == null) {
                throw new HttpProtocolException(400, "not one Host");
            }
            RequestClock clock = new RequestClock(
                    environment::nanoTime,
                    environment::yieldCarrier,
                    limits.fallbackTimeout(),
                    limits.fallbackTimeout());
            return handler.handle(request.withBody(body).withContext(new FallbackClient(clock, certificates != null)));
        } catch (HttpProtocolException malformed) {
            return HttpResponse.text(malformed.status(), String.valueOf(malformed.getMessage()));
        }
    }

    /** A client whose connection ends when the time for its request is over. */
    private record FallbackClient(RequestClock clock, boolean isSecure) implements RequestContext {
        @Override
        public void check() throws IOException {
            clock.check();
        }
    }

    private static final class Output extends OutputStream {
        private final RawConnection raw;

        Output(RawConnection raw) {
            this.raw = raw;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            raw.write(ByteBuffer.wrap(source, offset, length));
        }
    }
}
