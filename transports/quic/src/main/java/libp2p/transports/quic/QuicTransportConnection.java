package libp2p.transports.quic;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.Direction;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.quic.engine.QuicConnection;
import org.jspecify.annotations.Nullable;

/** A QUIC connection as the swarm sees it. */
record QuicTransportConnection(
        QuicConnection quic,
        Multiaddr localAddress,
        Multiaddr remoteAddress,
        Direction direction,
        boolean portReused,
        ConnectionScope scope)
        implements TransportConnection {
    @Override
    public PeerId remotePeer() {
        return remoteKey().peerId();
    }

    @Override
    public PublicKey remoteKey() {
        return quic.remoteKey();
    }

    @Override
    public ConnectionState state() {
        return new ConnectionState("quic", "", "", false, portReused, null);
    }

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return quic.openStream(deadline);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return quic.acceptStream();
    }

    @Override
    public int streams() {
        return quic.streams();
    }

    @Override
    public long roundTripNanos() {
        return quic.roundTripNanos();
    }

    @Override
    public void close(long code, String reason) {
        quic.close(code, reason);
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return quic.closeReason();
    }

    @Override
    public void onClose(Runnable action) {
        quic.onClose(action);
    }
}
