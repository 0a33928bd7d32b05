package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Judges the addresses to which the remote of a connection goes over; an exception ends the connection. May block. */
@FunctionalInterface
public interface MigrationJudge {
    /** The remote sends from there now, and has proved that the address is its own. */
    void moved(InetSocketAddress remote) throws IOException;
}
