package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.transport.ConnectionAcceptor;
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
import libp2p.transports.quic.SharedUdpPort;
import org.jspecify.annotations.Nullable;

/** The fate of the connections that ask for HTTP/3 at a port. */
record SessionAcceptor(WebTransport transport, SharedUdpPort port, ConnectionAcceptor inbound, Proofs proofs)
        implements QuicAcceptor {
    /** The time from the end of the handshake of QUIC to the proof of the peer; as go has it. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

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
    public String name() {
        return Http3Protocol.NAME;
    }

    @Override
    public int uniStreams() {
        return Http3Protocol.UNI_STREAMS;
    }

    @Override
    public int datagrams() {
        return Http3Protocol.DATAGRAMS;
    }

    @Override
    public Credentials credentials(Libp2pCertificate certificate) {
        return transport.shown().current();
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
            if (!retained || !proofs.begin(connection)) {
                throw new IOException("the listener is closed");
            }
            scope.addressProved(); // by the handshake of QUIC; the proof of the peer takes its time
            made = prove(connection, scope);
        } catch (IOException | RuntimeException refused) {
            cause = refused;
        } finally {
            proofs.end(connection);
            if (made == null) {
                refused(connection, scope, cause, retained);
            }
        }
        if (made != null) {
            Multiaddr local = plain(connection.localAddress());
            TransportConnection moving = made;
            connection.onMove(moved -> inbound.moved(local, plain(moved), moving.remotePeer(), scope));
            inbound.accept(made);
        }
    }

    /** Until the connection has ended, which takes a moment, it is charged for and has its place. */
    private void refused(QuicConnection connection, ConnectionScope scope, Throwable cause, boolean retained) {
        connection.close(ErrorCode.NONE, "");
        connection.onClose(() -> {
            if (retained) {
                port.release();
            }
            failed(connection.localAddress(), connection.remoteAddress(), scope, cause);
        });
    }

    /** Waits for the session, and on its first stream for the proof of the peer. */
    private TransportConnection prove(QuicConnection connection, ConnectionScope scope) throws IOException {
        Deadline deadline = Deadline.after(transport.environment(), HANDSHAKE);
        Http3 http = Http3.on(connection);
        http.awaitSession(deadline);
        MuxedStream stream = http.streams().accept(deadline);
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
        Shown shown = transport.shown();
        List<Multihash> known =
                shown.all().stream().map(BrowserCertificate::hash).toList();
        PublicKey key = transport.handshake().server(stream, known);
        return transport.keep(
                connection,
                key,
                WebTransportAddress.on(QuicAddress.of(connection.localAddress()), shown),
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
