package libp2p.quic.endpoint;

/**
 * The places of incoming handshakes whose client has not proved its address. One that comes to nothing keeps its place
 * until its second is over: a client that ends its handshake as soon as this side has computed its flight would have
 * that work done as often as it likes, from addresses that it invents. Under the lock of the endpoint.
 */
final class UnvalidatedPlaces {
    private static final long PERIOD = 1_000_000_000L;

    private final int maximum;
    private int taken;
    private int failed;
    private long from;

    UnvalidatedPlaces(int maximum) {
        this.maximum = maximum;
    }

    /** Whether a client has to prove its address before anything else is done for it. */
    boolean areTaken(long now) {
        long age = now - from;
        if (age >= PERIOD || age < 0) { // the clock begins anywhere
            from = now;
            failed = 0;
        }
        return taken + failed >= maximum;
    }

    void take() {
        taken++;
    }

    /** @param made whether the handshake was completed */
    void leave(boolean made) {
        taken--;
        failed += made ? 0 : 1;
    }
}
