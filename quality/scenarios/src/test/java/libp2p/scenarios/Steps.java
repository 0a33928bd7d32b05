package libp2p.scenarios;

import org.jspecify.annotations.Nullable;

/** Counts the reads and writes of a host, and lets something happen at one of them. */
final class Steps {
    /** The event just before the read or write. */
    interface Disturbance {
        /** @param close closes the connection that is read or written */
        void at(Runnable close);
    }

    private int left;
    private @Nullable Disturbance disturbance;

    /** Lets it happen at the step with this number, the first of which is 1. */
    void disturb(int step, Disturbance what) {
        left = step;
        disturbance = what;
    }

    /** Lets nothing happen any more; whether something has. */
    boolean happened() {
        boolean happened = left <= 0;
        disturbance = null;
        return happened;
    }

    /** To be called before each read and write. */
    void step(Runnable close) {
        Disturbance what = disturbance;
        if (what != null && --left == 0) {
            what.at(close);
        }
    }
}
