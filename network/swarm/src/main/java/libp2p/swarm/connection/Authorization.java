package libp2p.swarm.connection;

import java.lang.System.Logger.Level;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.UnauthorizedException;
import libp2p.core.resource.Direction;

/** Asks the authorizer of a host; an exception of it refuses. Refusals are told to the observer. */
final class Authorization {
    private static final System.Logger LOG = System.getLogger(Authorization.class.getName());

    private final ConnectionContext context;
    private final Connection connection;

    Authorization(ConnectionContext context, Connection connection) {
        this.context = context;
        this.connection = connection;
    }

    /** Whether the remote peer may use a protocol here. */
    boolean permitsInbound(String protocol) {
        boolean permitted = permits(Direction.INBOUND, protocol);
        if (!permitted) {
            refused(Direction.INBOUND, protocol);
        }
        return permitted;
    }

    /**
     * The protocols among these that this host may use with the remote peer, in order.
     *
     * @throws UnauthorizedException if there is none
     */
    List<String> outbound(List<String> protocols) throws UnauthorizedException {
        List<String> permitted = protocols.stream()
                .filter(protocol -> permits(Direction.OUTBOUND, protocol))
                .toList();
        if (permitted.isEmpty() && !protocols.isEmpty()) {
            throw refused(Direction.OUTBOUND, protocols.getFirst());
        }
        return permitted;
    }

    private boolean permits(Direction direction, String protocol) {
        try {
            return context.authorizer().permits(connection, direction, protocol);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the authorizer failed at " + protocol + " on " + connection + ", which refuses", e);
            return false;
        }
    }

    private UnauthorizedException refused(Direction direction, String protocol) {
        UnauthorizedException refusal = new UnauthorizedException(connection.remotePeer(), direction, protocol);
        context.observer().refused("authorization", refusal);
        return refusal;
    }
}
