package libp2p.scenarios.store;

/** What goes wrong in a history. */
enum Fault {
    /** The power fails between two steps of the disk. */
    CRASH,
    /** A bit of a file is not what it was. */
    FLIPPED_BIT,
    /** The end of a file is gone. */
    CUT,
    /** Two files have each other's content. */
    SWAPPED,
    /** One file is as it was on an older day. */
    OLDER,
    /** A file is gone. */
    LOST,
    /** The disk is full for a while. */
    FULL,
    /** The wall clock jumps. */
    CLOCK,
    /** Another process wants the same store. */
    SECOND_PROCESS;

    /** Whether files are not what the store has written. */
    boolean isDamage() {
        return ordinal() >= FLIPPED_BIT.ordinal() && ordinal() <= LOST.ordinal();
    }
}
