package libp2p.transports.quic;

/**
 * Share of its time that an event loop spends on a socket: it is saturated when it had too little left for a while, and
 * served more than one connection, as one stays on one loop. By the loop.
 */
final class LoopLoad {
    private static final long WATCHED_NANOS = 500_000_000;
    /** In percent of the time that is watched. */
    private static final long SATURATED = 70;

    private long watchedFrom;
    private long busy;
    private boolean several;

    LoopLoad(long now) {
        watchedFrom = now;
    }

    /** A connection is served that is not the last one. */
    void another() {
        several = true;
    }

    /** A turn is over; returns whether the loop was saturated in the time that is watched, which then begins anew. */
    boolean turn(long begin, long end) {
        busy += end - begin;
        long watched = end - watchedFrom;
        if (watched < WATCHED_NANOS) {
            return false;
        }
        boolean saturated = several && busy * 100 >= SATURATED * watched;
        watchedFrom = end;
        busy = 0;
        several = false;
        return saturated;
    }
}
