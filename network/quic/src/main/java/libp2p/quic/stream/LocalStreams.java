package libp2p.quic.stream;

/**
 * Streams that this side opens, of both kinds: how many the remote allows, and how many are not over. A remote may
 * allow any number and end none of them, and each takes memory until it has ended, so that their number has a bound of
 * this side's own. One thread at a time.
 */
final class LocalStreams {
    /** Streams of this side that are not over, at most; four times as many as libp2p peers allow. */
    static final int MOST = 1_024;

    private static final long MAX_STREAMS = 1L << 60;

    private final long[] opened = new long[2];
    private final long[] allowed = new long[2];
    private int open;
    private boolean changed;

    /** @param kind 0 for bidirectional ones, 1 for the others */
    boolean mayOpen(int kind) {
        return opened[kind] < allowed[kind] && open < MOST;
    }

    /** Opens one; returns its place among those of its kind. */
    long open(int kind) {
        open++;
        return opened[kind]++;
    }

    /** Whether the stream at this place was opened. */
    boolean wasOpened(int kind, long place) {
        return place < opened[kind];
    }

    /** One is over. */
    void ended() {
        changed |= open-- == MOST;
    }

    /** The remote allows so many, all in all; a smaller number than before changes nothing. */
    void allow(int kind, long limit) {
        if (limit > allowed[kind]) {
            allowed[kind] = Math.min(limit, MAX_STREAMS);
            changed = true;
        }
    }

    /** Whether more may be opened than when this was asked last. */
    boolean pollChanged() {
        boolean more = changed;
        changed = false;
        return more;
    }
}
