package libp2p.core.environment;

/**
 * The turn of a thread on its carrier, for a loop that a remote peer can keep busy for as long as it likes: after each
 * millisecond others that are ready go first, which costs the loop next to nothing. For one thread.
 */
public final class CarrierTurn {
    private static final long NANOS = 1_000_000;

    private final Environment environment;
    private long begun;

    /** A turn that begins now. */
    public CarrierTurn(Environment environment) {
        this.environment = environment;
        this.begun = environment.nanoTime();
    }

    /**
     * Called after each piece of work, without locks: gives the turn to others if it has lasted for a millisecond, and
     * begins another one. Time that the thread has waited counts too.
     */
    public void check() {
        if (environment.nanoTime() - begun >= NANOS) {
            environment.yieldCarrier();
            begun = environment.nanoTime();
        }
    }
}
