package libp2p.muxers.yamux;

import java.util.function.LongPredicate;

/**
 * What the remote peer may send on one stream, without threads or clocks: {@code size} is the sum of the credit it has, of
 * the bytes that wait here to be read, and of the bytes that were read but not credited again. Credit is given when half of
 * the window has been read, and the window doubles if that took less than four round trips.
 */
final class ReceiveWindow {
    private static final int ROUND_TRIPS = 4;

    private final int largest;
    private int size;
    private long credit;
    private int freed;
    private long since;

    /** @param now when the stream began, in nanoseconds */
    ReceiveWindow(int initial, int largest, long now) {
        this.largest = largest;
        this.size = initial;
        this.credit = initial;
        this.since = now;
    }

    /** A frame with so many bytes came; returns false if they are more than the credit. */
    boolean received(long count) {
        if (count > credit) {
            return false;
        }
        credit -= count;
        return true;
    }

    /** So many bytes were read; returns whether credit is due. */
    boolean consumed(int count) {
        freed += count;
        return freed >= size / 2;
    }

    /**
     * Gives credit for what was read.
     *
     * @param roundTrip in nanoseconds; 0 if it is not known
     * @param charge asked for the memory of a larger window
     * @return the credit to be sent
     */
    int credit(long now, long roundTrip, LongPredicate charge) {
        boolean fast = roundTrip > 0 && now - since < ROUND_TRIPS * roundTrip;
        since = now;
        if (fast && size < largest) {
            int grown = (int) Math.min(size * 2L, largest);
            if (charge.test(grown - size)) {
                freed += grown - size;
                size = grown;
            }
        }
        int given = freed;
        credit += given;
        freed = 0;
        return given;
    }

    /** Bytes that the window has now. */
    int size() {
        return size;
    }
}
