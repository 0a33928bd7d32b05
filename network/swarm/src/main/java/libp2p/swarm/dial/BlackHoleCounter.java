package libp2p.swarm.dial;

/**
 * Finds out whether dials of one kind (over UDP, over IPv6) lead anywhere from here, from the outcomes of the last
 * ones: if hardly any succeeds, only every so-many-th request may still try. A state machine without time, threads or
 * locks.
 */
final class BlackHoleCounter {
    /** The verdict on a request. */
    enum Verdict {
        /** Not enough is known yet, or it is time to look again. */
        PROBE,
        ALLOW,
        BLOCK
    }

    private final int window;
    private final int minimum;
    private final boolean[] outcomes;
    private int recorded;
    private int next;
    private int successes;
    private long blockedRequests;

    /**
     * @param window outcomes that are remembered; also of how many blocked requests one may try
     * @param minimum successes among them that are enough
     */
    BlackHoleCounter(int window, int minimum) {
        this.window = window;
        this.minimum = minimum;
        this.outcomes = new boolean[window];
    }

    /** Asks for one dial of a peer. */
    Verdict request() {
        if (recorded < window) {
            return Verdict.PROBE;
        }
        if (successes >= minimum) {
            return Verdict.ALLOW;
        }
        return ++blockedRequests % window == 0 ? Verdict.PROBE : Verdict.BLOCK;
    }

    /** Whether enough is known, and enough of it are successes. */
    boolean isProved() {
        return recorded == window && successes >= minimum;
    }

    boolean isBlocked() {
        return recorded == window && successes < minimum;
    }

    /** All is to be found out anew. */
    void clear() {
        recorded = 0;
        next = 0;
        successes = 0;
        blockedRequests = 0;
    }

    /** Takes the outcome of a dial; a success out of a black hole means that all is to be found out anew. */
    void record(boolean success) {
        if (success && isBlocked()) {
            clear();
        } else if (recorded == window && outcomes[next]) {
            successes--;
        }
        outcomes[next] = success;
        next = (next + 1) % window;
        recorded = Math.min(window, recorded + 1);
        successes += success ? 1 : 0;
    }
}
