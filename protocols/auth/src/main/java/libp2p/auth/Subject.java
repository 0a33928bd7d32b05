package libp2p.auth;

import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;

/**
 * Whom a rule is about: one peer, all peers, or whatever an application knows of a connection, such as the holders of a
 * role or peers that have passed a challenge. Asked from many threads, without locks; may block as an {@link
 * libp2p.core.host.Authorizer} may. When the answer for a peer changes, call {@link AccessRules#recheck}.
 */
@FunctionalInterface
public interface Subject {
    /** All peers. */
    Subject ANYBODY = new Subject() {
        @Override
        public boolean includes(Connection connection) {
            return true;
        }

        @Override
        public String toString() {
            return "*";
        }
    };

    /** Whether the remote peer of a connection, which has proved its identity, is meant. */
    boolean includes(Connection connection);

    /**
     * As {@link #includes}, for a stream that was admitted and is looked at again. Must not wait for the peer: those
     * with other peers are next. The default asks as for a new stream.
     */
    default boolean stillIncludes(Connection connection) {
        return includes(connection);
    }

    /** One peer. */
    static Subject peer(PeerId peer) {
        return new Peer(peer);
    }

    /**
     * One peer.
     *
     * @param peer that is meant
     */
    record Peer(PeerId peer) implements Subject {
        @Override
        public boolean includes(Connection connection) {
            return peer.equals(connection.remotePeer());
        }

        @Override
        public String toString() {
            return peer.toString();
        }
    }
}
