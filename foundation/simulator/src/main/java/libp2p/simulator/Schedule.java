package libp2p.simulator;

/** Rule by which the simulator picks the next thread among those that are ready. */
public enum Schedule {
    /** The seed decides between the two below, and how much time a turn takes. Finds most; the default. */
    MIXED,
    /** Any ready thread, each as likely as the next; turns take no time. */
    UNIFORM,
    /**
     * Threads have random priorities, the highest ready one runs, and now and then the running one falls to the bottom
     * (probabilistic concurrency testing); turns take no time. Finds bugs that need one thread to lag far behind.
     */
    PRIORITIES,
    /** First ready, first run, without extra switches: the quickest, for very large networks. */
    FIFO
}
