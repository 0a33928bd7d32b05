package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.connection.ErrorCode;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls.PeerCredentials;
import libp2p.streams.engine.Application;
import org.jspecify.annotations.Nullable;

/** The fate of the connections that a listener accepts. */
record ListenerAcceptor(QuicTransport transport, SharedUdpPort port, ConnectionAcceptor inbound)
        implements QuicAcceptor {
    @Override
    public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        return inbound.admit(QuicAddress.of(local), QuicAddress.of(remote), false);
    }

    @Override
    public @Nullable ConnectionScope unproved(InetSocketAddress remote) {
        return inbound.unproved(QuicAddress.of(remote));
    }

    @Override
    public void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) throws IOException {
        inbound.admit(QuicAddress.of(local), QuicAddress.of(remote), unproved);
    }

    @Override
    public String name() {
        return Libp2pProtocol.NAME;
    }

    @Override
    public Application application(QuicConnection connection) {
        return new QuicStreams(connection);
    }

    @Override
    public PeerCredentials credentials(Libp2pCertificate certificate) {
        return transport.credentials(certificate, null);
    }

    /** Until {@link ConnectionAcceptor#accept} is called the connection has a place, which {@link #failed} leaves. */
    @Override
    public void accepted(QuicConnection connection, ConnectionScope scope) {
        Throwable cause = new IOException("the connection could not be taken in");
        boolean retained = false;
        TransportConnection made = null;
        try {
            retained = port.retain();
            if (!retained) {
                connection.close(ErrorCode.CONNECTION_SHUTDOWN, "not listening");
                throw new IOException("the listener is closed");
            }
            made = transport.keep(connection, Direction.INBOUND, port, scope);
        } catch (IOException | RuntimeException refused) {
            cause = refused;
        } finally {
            if (made == null) {
                if (retained) {
                    port.release();
                }
                failed(connection.local, connection.remote, scope, cause);
            }
        }
        if (made != null) {
            Multiaddr local = QuicAddress.of(connection.local);
            PeerId peer = QuicTransport.remoteKey(connection).peerId();
            connection.onMove(moved -> inbound.moved(local, QuicAddress.of(moved), peer, scope));
            transport.arrived(connection.remote);
            inbound.accept(made);
        }
    }

    @Override
    public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause) {
        scope.close();
        inbound.failed(QuicAddress.of(local), QuicAddress.of(remote), scope, cause);
    }
}
