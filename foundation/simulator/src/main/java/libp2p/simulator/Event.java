package libp2p.simulator;

/** Something that happens on the carrier thread at a moment of simulated time; it may neither block nor throw. */
abstract class Event {
    /** When, in nanoseconds of simulated time. */
    long time;
    /** Keeps events of one moment in the order they were asked for. */
    long order;
    /** Place in the {@link TimerQueue}, or -1. */
    int slot = -1;

    abstract void fire();

    final boolean isScheduled() {
        return slot >= 0;
    }
}
