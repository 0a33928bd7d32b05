package libp2p.simulator.planted;

/** A mistake that concurrent code makes, planted into one of the classes of this package. */
enum Flaw {
    /** Looks whether there is anything, lets go of the lock, and waits without looking again. */
    LOST_WAKE_UP,
    /** Wakes the waiting thread before there is anything to find. */
    SIGNAL_BEFORE_STATE,
    /** Wakes one thread where the one that can go on may be another. */
    SIGNAL_INSTEAD_OF_SIGNAL_ALL,
    /** Forgets to say that the stream has ended if there are bytes left. */
    DROPPED_EOF,
    /** Makes itself known to the waker after looking, without looking again. */
    MISSED_UNPARK,
    /** Takes the return of park for the event. */
    IF_INSTEAD_OF_WHILE,
    /** A thread that was given a credit and interrupted goes without giving it back. */
    CREDIT_LOST_ON_CANCEL,
    /** Two ways through the code take two locks in opposite orders. */
    LOCK_ORDER,
    /** Two threads that release one lease both put it back. */
    DOUBLE_RELEASE,
    /** Looks at the limit and counts later, without a lock around both. */
    CHECK_THEN_ACT,
    /** The timer of an operation that is over strikes the next one. */
    STALE_TIMER,
    /** A tick that runs while the owner closes sets the next timer. */
    TIMER_AFTER_CLOSE,
    /** Tries again at once, for ever. */
    UNBOUNDED_RETRY,
    /** Starts a thread before the field is set that the thread uses. */
    STARTED_TOO_EARLY
}
