package libp2p.streams;

import libp2p.core.environment.Environment;

/**
 * Tells a thread which a remote peer can keep busy for ever when it is others' turn: after each millisecond of work, so
 * that letting them have it costs next to nothing. For one thread.
 */
final class TimeSlice {
    private static final long NANOS = 1_000_000;

    private final Environment environment;
    private long begun;
    private long spent;

    TimeSlice(Environment environment) {
        this.environment = environment;
    }

    /** A piece of work begins. */
    void begin() {
        begun = environment.nanoTime();
    }

    /** It is done; returns whether it is others' turn. */
    boolean end() {
        spent += environment.nanoTime() - begun;
        boolean over = spent >= NANOS;
        if (over) {
            spent = 0;
        }
        return over;
    }
}
