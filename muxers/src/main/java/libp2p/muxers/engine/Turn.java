package libp2p.muxers.engine;

import libp2p.core.environment.Environment;

/**
 * Sees to it that a thread which a remote peer can keep busy for ever lets others have their turn: after each millisecond
 * of work, so that it costs next to nothing. For one thread.
 */
final class Turn {
    private static final long NANOS = 1_000_000;

    private final Environment environment;
    private long begun;
    private long spent;

    Turn(Environment environment) {
        this.environment = environment;
    }

    /** A piece of work begins. */
    void begin() {
        begun = environment.nanoTime();
    }

    /** It is done. */
    void end() {
        spent += environment.nanoTime() - begun;
        if (spent >= NANOS) {
            spent = 0;
            environment.giveWay();
        }
    }
}
