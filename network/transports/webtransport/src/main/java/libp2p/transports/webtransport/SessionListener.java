package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.connection.ErrorCode;
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
import libp2p.transports.quic.QuicAcceptor;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicPorts;
import org.jspecify.annotations.Nullable;

/** Accepts sessions at one port, and announces certificates when it is their time. Thread-safe. */
final class SessionListener implements Listener, QuicAcceptor {
    /** How often it looks at the clock at least, which may be set. */
    private static final Duration LOOK = Duration.ofHours(1);

    private final WebTransport transport;
    private final Environment environment;
    private final QuicPorts.Port port;
    private final ConnectionAcceptor inbound;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Runnable changed = () -> {};
    private volatile Shown announced;
    private volatile @Nullable Timer timer;

    /** Takes the use of the port over. */
    SessionListener(WebTransport transport, QuicPorts.Port port, ConnectionAcceptor inbound) {
        this.transport = transport;
        environment = transport.environment();
        this.port = port;
        this.inbound = inbound;
        announced = shown();
    }

    void begin() {
        port.acceptor(this);
        look();
    }

    private Shown shown() {
        return transport.certificates().at(environment.wallClock());
    }

    private void look() {
        Instant now = environment.wallClock();
        Shown current = transport.certificates().at(now);
        if (current != announced) {
            announced = current;
            changed.run();
        }
        Duration left = Duration.between(now, current.until());
        long wait = Math.min(left.toNanos(), LOOK.toNanos());
        timer = environment.schedule(wait, () -> environment.start("webtransport-certificate", this::look));
        if (closed.get()) { // of which the last look may not have heard
            cancel();
        }
    }

    private void cancel() {
        Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public Multiaddr address() {
        return announced(port.localAddress());
    }

    private Multiaddr announced(InetSocketAddress socket) {
        Shown current = announced;
        List<Multihash> hashes =
                List.of(current.current().hash(), current.next().hash());
        return WebTransportAddress.on(QuicAddress.of(socket), hashes);
    }

    @Override
    public void onAddressChange(Runnable action) {
        changed = action;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cancel();
            transport.stopped(this);
            port.acceptor(null);
            port.release();
        }
    }

    // ---- connections

    private static Multiaddr plain(InetSocketAddress socket) {
        return WebTransportAddress.on(QuicAddress.of(socket), List.of());
    }

    @Override
    public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        return inbound.admit(plain(local), plain(remote), false);
    }

    @Override
    public @Nullable ConnectionScope unproved(InetSocketAddress remote) {
        return inbound.unproved(plain(remote));
    }

    @Override
    public void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) throws IOException {
        inbound.admit(plain(local), plain(remote), unproved);
    }

    @Override
    public Credentials credentials(Libp2pCertificate certificate) {
        return shown().current();
    }

    @Override
    public Application application(QuicConnection connection) {
        return new Http3(connection, connection::engine, new ServerSide());
    }

    /** Until {@link ConnectionAcceptor#accept} is called the connection has a place, which {@link #failed} leaves. */
    @Override
    public void accepted(QuicConnection connection, ConnectionScope scope) {
        Throwable cause = new IOException("the connection could not be taken in");
        TransportConnection made = null;
        boolean retained = false;
        try {
            retained = port.retain();
            if (!retained) {
                throw new IOException("the listener is closed");
            }
            made = prove(connection, scope);
        } catch (IOException | RuntimeException refused) {
            cause = refused;
        } finally {
            if (made == null) {
                connection.close(ErrorCode.NONE, "");
                if (retained) {
                    port.release();
                }
                failed(connection.localAddress(), connection.remoteAddress(), scope, cause);
            }
        }
        if (made != null) {
            Multiaddr local = plain(connection.localAddress());
            TransportConnection moving = made;
            connection.onMove(moved -> inbound.moved(local, plain(moved), moving.remotePeer(), scope));
            inbound.accept(made);
        }
    }

    /** Waits for the session, and on its first stream for the proof of the peer. */
    private TransportConnection prove(QuicConnection connection, ConnectionScope scope) throws IOException {
        Deadline deadline =
                Deadline.after(environment, transport.limits().timeouts().accept());
        Http3 http = Http3.on(connection);
        http.awaitSession(deadline);
        MuxedStream stream = http.streams().accept(deadline);
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
        List<Multihash> known =
                shown().all().stream().map(BrowserCertificate::hash).toList();
        PublicKey key = transport.handshake().server(stream, known);
        return transport.wrap(
                connection,
                http,
                key,
                announced(connection.localAddress()),
                plain(connection.remoteAddress()),
                Direction.INBOUND,
                port,
                scope);
    }

    @Override
    public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause) {
        scope.close();
        inbound.failed(plain(local), plain(remote), scope, cause);
    }
}
