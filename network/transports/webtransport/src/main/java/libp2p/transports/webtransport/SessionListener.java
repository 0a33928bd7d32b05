package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.Listener;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.tls.BrowserCertificate;
import libp2p.security.tls.BrowserCertificates.Shown;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;
import libp2p.transports.quic.Http3Ports;
import libp2p.transports.quic.QuicAcceptor;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import org.jspecify.annotations.Nullable;

/** Accepts sessions at one port, and changes certificates when it is time. Thread-safe. */
final class SessionListener implements Listener, QuicAcceptor {
    /** How often it looks at the clock, which may be set. */
    private static final Duration LOOK = Duration.ofHours(1);

    private final WebTransport transport;
    private final Environment environment;
    private final Http3Ports.Port port;
    private final ConnectionAcceptor inbound;
    private final Map<QuicConnection, Http3> begun = new ConcurrentHashMap<>();
    private volatile Runnable changed = () -> {};
    private volatile Shown announced;
    private volatile @Nullable Timer timer;
    private volatile boolean closed;

    SessionListener(
            WebTransport transport, Environment environment, Http3Ports.Port port, ConnectionAcceptor inbound) {
        this.transport = transport;
        this.environment = environment;
        this.port = port;
        this.inbound = inbound;
        announced = shown();
    }

    void begin() {
        port.accept(this);
        look();
    }

    private Shown shown() {
        return transport.certificates.at(environment.wallClock());
    }

    private void look() {
        if (closed) {
            return;
        }
        Instant now = environment.wallClock();
        Shown current = transport.certificates.at(now);
        if (current != announced) {
            announced = current;
            changed.run();
        }
        Duration left = Duration.between(now, current.until());
        Duration wait = left.compareTo(LOOK) < 0 ? left : LOOK;
        timer = environment.schedule(Math.max(1, wait.toNanos()), () -> environment.start("webtransport-certificate", this::look));
    }

    @Override
    public Multiaddr address() {
        return announced(port.localAddress());
    }

    private Multiaddr announced(InetSocketAddress socket) {
        Shown current = announced;
        return WebTransportAddress.on(
                QuicAddress.of(socket),
                List.of(current.current().hash(), current.next().hash()));
    }

    @Override
    public void onAddressChange(Runnable action) {
        changed = action;
    }

    @Override
    public void close() {
        closed = true;
        Timer running = timer;
        if (running != null) {
            running.cancel();
        }
        transport.stopped(this);
        port.accept(null);
        port.release();
    }

    // ---- connections

    private static Multiaddr address(InetSocketAddress socket) {
        return WebTransportAddress.on(QuicAddress.of(socket), List.of());
    }

    @Override
    public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        return inbound.admit(address(local), address(remote), false);
    }

    @Override
    public @Nullable ConnectionScope unproved(InetSocketAddress remote) {
        return inbound.unproved(address(remote));
    }

    @Override
    public void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) throws IOException {
        inbound.admit(address(local), address(remote), unproved);
    }

    @Override
    public Credentials credentials(Libp2pCertificate certificate) {
        return shown().current();
    }

    @Override
    public Application application(QuicConnection connection) {
        Http3 http = new Http3(connection, connection::engine, new ServerSide());
        begun.put(connection, http);
        return http;
    }

    @Override
    public void accepted(QuicConnection connection, ConnectionScope scope) {
        Http3 http = begun.remove(connection);
        Throwable cause = new IOException("the connection could not be taken in");
        TransportConnection made = null;
        boolean retained = false;
        Timer late = environment.schedule(transport.acceptTime().toNanos(), () -> connection.close(0, "late"));
        try {
            retained = port.retain();
            Deadline deadline = Deadline.after(environment, transport.acceptTime());
            http.awaitSession(deadline);
            MuxedStream stream = http.streams().accept();
            List<Multihash> hashes =
                    shown().all().stream().map(BrowserCertificate::hash).toList();
            PublicKey key = transport.handshake().server(stream, hashes);
            made = transport.wrap(
                    connection,
                    http,
                    key,
                    announced(connection.localAddress()),
                    address(connection.remoteAddress()),
                    Direction.INBOUND,
                    port,
                    scope);
        } catch (IOException | RuntimeException refused) {
            cause = refused;
        } finally {
            late.cancel();
            if (made == null) {
                connection.close(0, "");
                if (retained) {
                    port.release();
                }
                failed(connection.localAddress(), connection.remoteAddress(), scope, cause);
            }
        }
        if (made != null) {
            inbound.accept(made);
        }
    }

    @Override
    public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause) {
        scope.close();
        inbound.failed(address(local), address(remote), scope, cause);
    }
}
