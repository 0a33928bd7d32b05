package libp2p.kad;

/** Whether a host answers the requests of others. */
public enum Mode {
    /** It only asks. */
    CLIENT,
    /** It answers and stores, and says by identify that it does. */
    SERVER,
    /**
     * A server in its local network at once; in the wide one when it is known to be reachable there, and as long as it
     * is.
     */
    AUTO
}
