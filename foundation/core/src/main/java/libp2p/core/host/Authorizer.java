package libp2p.core.host;

import libp2p.core.connection.Connection;
import libp2p.core.resource.Direction;

/**
 * Says who may use which protocol. It is asked once for every stream: of an inbound one when its protocol is agreed and
 * no handler has seen a byte of it, on the thread of that stream; of an outbound one before it is opened, for each of
 * the protocols, on the thread of the caller. It may block, for example to ask the peer for a proof on another stream,
 * and must come to an end by itself; the stream stays charged to its scope meanwhile. Called without locks, from many
 * threads. An exception refuses.
 */
@FunctionalInterface
public interface Authorizer {
    /** Permits everything. */
    Authorizer ALLOW_ALL = (connection, direction, protocol) -> true;

    /**
     * Whether a stream may be used.
     *
     * @param connection with whom; its remote peer has proved its identity
     * @param direction who opens the stream
     * @param protocol the exact id that was agreed or is to be proposed
     */
    boolean permits(Connection connection, Direction direction, String protocol);
}
