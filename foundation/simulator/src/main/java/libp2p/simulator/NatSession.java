package libp2p.simulator;

/** The memory of a router of one conversation. */
final class NatSession {
    private long lastUsed;
    private boolean established;

    NatSession(long now) {
        this.lastUsed = now;
    }

    void use(long now) {
        lastUsed = now;
    }

    /** A TCP handshake has ended well: the session lives longer from now on. */
    void establish() {
        established = true;
    }

    /** A TCP connection has ended: its mapping does not live long. */
    void end(long now) {
        established = false;
        lastUsed = now;
    }

    boolean isExpired(NatLifetimes lifetimes, Transport transport, long now) {
        return now - lastUsed > lifetimes.of(transport, established);
    }
}
