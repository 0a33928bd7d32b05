package libp2p.nat.autonat.v2;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The finding of a server about one address.
 *
 * @param kind of the answer
 * @param from the IP address that it dialed from, if it got through
 */
public record ProbeResult(Kind kind, @Nullable InetAddress from) {
    /** The kinds of results. */
    public enum Kind {
        /** The server got through and the nonce proves it. */
        REACHED,
        /** The server says that it did not get through. */
        FAILED,
        /** The server does not dial this address for any client. */
        UNWILLING,
        /** The server did not want to now, or could not. */
        REFUSED,
        /** The server claims a dial that no nonce proves. */
        UNPROVEN
    }
}
