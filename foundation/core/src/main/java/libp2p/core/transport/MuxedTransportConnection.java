package libp2p.core.transport;

import libp2p.core.connection.ConnectionState;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.ForwardingMuxedConnection;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A muxed connection with what is known about its ends. Its maker sees to it that the scope is closed when the
 * connection has ended.
 *
 * @param muxed does all that a connection does
 * @param remoteKey that the handshake has proved
 * @param localAddress without {@code /p2p}
 * @param remoteAddress at the handshake, as dialed or as seen by the socket, without {@code /p2p}
 * @param direction who opened it
 * @param state transport, security and muxer, and how they were agreed on
 * @param scope to which the connection and its streams are charged
 */
public record MuxedTransportConnection(
        MuxedConnection muxed,
        PublicKey remoteKey,
        Multiaddr localAddress,
        Multiaddr remoteAddress,
        Direction direction,
        ConnectionState state,
        ConnectionScope scope)
        implements TransportConnection, ForwardingMuxedConnection {
    /** Where the remote is now: over QUIC it may have moved since the handshake. */
    @Override
    public Multiaddr remoteAddress() {
        Multiaddr moved = muxed.movedTo();
        return moved == null ? remoteAddress : moved;
    }

    @Override
    public PeerId remotePeer() {
        return remoteKey.peerId();
    }
}
