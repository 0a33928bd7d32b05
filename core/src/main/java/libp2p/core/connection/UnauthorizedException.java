package libp2p.core.connection;

import java.io.IOException;
import libp2p.core.identity.PeerId;

/** The rules of this host do not let a peer use a protocol, or this host use it with the peer. */
public class UnauthorizedException extends IOException {
    private static final long serialVersionUID = 1;
    private final transient PeerId peer;
    private final Direction direction;
    private final String protocol;

    public UnauthorizedException(PeerId peer, Direction direction, String protocol) {
        super(
                direction == Direction.INBOUND
                        ? "peer " + peer + " may not use " + protocol + " here"
                        : "this host may not use " + protocol + " with peer " + peer);
        this.peer = peer;
        this.direction = direction;
        this.protocol = protocol;
    }

    public PeerId peer() {
        return peer;
    }

    /** Who wanted to open the stream. */
    public Direction direction() {
        return direction;
    }

    public String protocol() {
        return protocol;
    }
}
