package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Judges an address to which a peer has moved; an exception ends the connection. May block. */
@FunctionalInterface
public interface MoveJudge {
    /** The peer sends from there now. */
    void moved(InetSocketAddress remote) throws IOException;
}
