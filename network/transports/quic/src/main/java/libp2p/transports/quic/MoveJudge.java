package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Judges an address to which a peer has moved (RFC 9000, section 9). */
@FunctionalInterface
public interface MoveJudge {
    /**
     * The peer sends from there now. May block.
     *
     * @throws IOException if it may not, which ends the connection
     */
    void moved(InetSocketAddress remote) throws IOException;
}
