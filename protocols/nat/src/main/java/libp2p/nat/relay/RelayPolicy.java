package libp2p.nat.relay;

import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;

/** The admission of peers to a relay. Called without locks, from many threads; must not block for long. */
public interface RelayPolicy {
    /** Every peer may reserve and connect. */
    RelayPolicy ALLOW_ALL = new RelayPolicy() {};

    /** Whether the peer of a connection may have a reservation. */
    default boolean mayReserve(Connection connection) {
        return true;
    }

    /** Whether the peer of a connection may reach another one that has a reservation. */
    default boolean mayConnect(Connection source, PeerId target) {
        return true;
    }
}
