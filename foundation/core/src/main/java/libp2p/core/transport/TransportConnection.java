package libp2p.core.transport;

import libp2p.core.connection.ConnectionState;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The connection that a transport hands to the swarm: secured, authenticated and multiplexed. The owner of the
 * connection scope.
 */
public interface TransportConnection extends MuxedConnection {
    /** The peer at the other end, which has proved its identity. */
    PeerId remotePeer();

    /** The key of the peer at the other end. */
    PublicKey remoteKey();

    /** The address of this end. */
    Multiaddr localAddress();

    /** Where the remote is now, without {@code /p2p}. */
    Multiaddr remoteAddress();

    /** Outbound if this host dialed. */
    Direction direction();

    /** The protocols that carry and protect the connection. */
    ConnectionState state();

    /** The scope that is closed when the connection has ended. */
    ConnectionScope scope();
}
