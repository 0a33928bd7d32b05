package libp2p.nat.autonat.v2;

/**
 * The finding of a server about one address.
 *
 * @param kind of the answer
 * @param stranger whether the nonce came from an IP address that routers had no reason to let in
 */
public record ProbeResult(Kind kind, boolean stranger) {
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
