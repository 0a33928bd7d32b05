package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.connection.Direction;
import libp2p.core.connection.ErrorCode;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.Inbound;
import libp2p.core.transport.TransportConnection;
import libp2p.transports.quic.engine.PeerVerifier;
import libp2p.transports.quic.engine.QuicAcceptor;
import libp2p.transports.quic.engine.QuicConnection;

/** What becomes of the connections that a listener accepts. */
record Accepting(QuicTransport transport, SharedPort port, Inbound inbound) implements QuicAcceptor {
    @Override
    public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        return inbound.admit(QuicAddress.of(local), QuicAddress.of(remote), false);
    }

    @Override
    public PeerVerifier verifier() {
        return transport.verifier(null);
    }

    @Override
    public void accepted(QuicConnection connection, ConnectionScope scope) {
        TransportConnection made;
        boolean retained = port.retain();
        try {
            if (!retained) {
                throw new IOException("the listener is closed");
            }
            made = transport.wrap(connection, Direction.INBOUND, port, scope);
        } catch (IOException | RuntimeException refused) {
            connection.close(ErrorCode.CONNECTION_GATED, "refused");
            if (retained) {
                port.release();
            }
            failed(connection.localAddress(), connection.remoteAddress(), scope, refused);
            return;
        }
        inbound.accept(made);
    }

    @Override
    public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause) {
        scope.close();
        inbound.failed(QuicAddress.of(local), QuicAddress.of(remote), cause);
    }
}
