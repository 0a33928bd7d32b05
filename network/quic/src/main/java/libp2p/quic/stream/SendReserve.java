package libp2p.quic.stream;

import libp2p.quic.stream.Streams.Memory;

/**
 * Bound on the bytes that are written and not acknowledged. Each stream has a queue of its own; on a path that takes
 * more than that before it answers, the streams of a connection may hold what the congestion window lets into the path
 * beside, up to a bound and if the memory budget agrees. One thread at a time.
 */
final class SendReserve {
    /** Least growth of the reserve: the budget is not asked for every packet. */
    private static final long STEP = 256 << 10;
    /** Shorter round trips need no reserve: with this one a queue of 512 KiB carries 100 MB a second. */
    private static final long LONG = 5_000_000;

    private final int queue;
    private final long largest;
    private long reserved;
    private boolean crowded;

    /**
     * A connection without reserve.
     *
     * @param queue bytes of each stream
     * @param largest bytes of all streams together for which the budget is asked
     */
    SendReserve(int queue, long largest) {
        this.queue = queue;
        this.largest = largest;
    }

    /** Bytes of each stream. */
    int queue() {
        return queue;
    }

    /** Bytes of all streams together that are reserved. */
    long reserved() {
        return reserved;
    }

    /**
     * Number of bytes that a stream may write.
     *
     * @param held by it
     * @param buffered by all streams
     */
    int room(int held, long buffered) {
        return Math.clamp(Math.max((long) queue - held, reserved - buffered), 0, Integer.MAX_VALUE);
    }

    /** A stream had more to write than it had room for. */
    void crowded() {
        crowded = true;
    }

    /** Nothing is held any more. */
    void release() {
        reserved = 0;
    }

    /**
     * Follows the congestion window while writers wait for room.
     *
     * @param roundTrip the shortest that was seen
     */
    void follow(long window, long roundTrip, Memory memory) {
        if (crowded && roundTrip >= LONG) {
            long wanted = Math.min(largest, window + queue);
            if (wanted >= reserved + STEP && wanted > queue + STEP && memory.grow(wanted - reserved)) {
                reserved = wanted;
            }
        }
        crowded = false;
    }
}
