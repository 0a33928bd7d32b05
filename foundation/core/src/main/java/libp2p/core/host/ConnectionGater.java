package libp2p.core.host;

import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Says which connections may come about, at five moments. Called without locks, perhaps from many threads; must not
 * block for long. An exception refuses.
 */
public interface ConnectionGater {
    /** Allows everything. */
    ConnectionGater ALLOW_ALL = new ConnectionGater() {};

    /** Before a peer is dialed. */
    default boolean interceptPeerDial(PeerId peer) {
        return true;
    }

    /**
     * Before an address is dialed.
     *
     * @param peer whose address it is, or null if anybody will do who answers there
     */
    default boolean interceptAddrDial(@Nullable PeerId peer, Multiaddr address) {
        return true;
    }

    /**
     * After a transport accepted a connection, before any handshake; and again, with {@link #interceptSecured}, when the
     * peer of an accepted connection goes on from another IP address, as it may over QUIC.
     */
    default boolean interceptAccept(Multiaddr local, Multiaddr remote) {
        return true;
    }

    /** After the security handshake: the identity is proved. */
    default boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
        return true;
    }

    /** After the connection is complete, before anybody can use it. */
    default boolean interceptUpgraded(Connection connection) {
        return true;
    }
}
