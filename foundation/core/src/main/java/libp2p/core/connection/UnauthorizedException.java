package libp2p.core.connection;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;

/** The rules of this host do not let a peer use a protocol, or this host use it with the peer. */
public class UnauthorizedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final Direction direction;

    /** Names the peer, the direction of the stream and its protocol. */
    public UnauthorizedException(PeerId peer, Direction direction, String protocol) {
        super(
                direction == Direction.INBOUND
                        ? "peer " + peer + " may not use " + protocol + " here"
                        : "this host may not use " + protocol + " with peer " + peer,
                peer,
                protocol);
        this.direction = direction;
    }

    /** The peer that wanted to open the stream. */
    public Direction direction() {
        return direction;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
