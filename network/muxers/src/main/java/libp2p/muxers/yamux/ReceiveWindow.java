package libp2p.muxers.yamux;

import java.util.function.LongPredicate;

/**
 * The credit of the remote peer on one stream, without threads or clocks: {@code size} is the sum of the credit it has,
 * of the bytes that wait here to be read, and of the bytes that were read but not credited again.
 *
 * <p>Credit is given when half of the window has been read. The window doubles if that took, twice in a row, less than
 * the least round trip and half a millisecond for the threads on both sides, unless the bytes had to wait for the
 * reader. It halves, by less credit, when it took more than twice as long on average. So the window holds what the way
 * holds, a few times over, and not what fills the buffers along it: whatever else the peer sends, the answer to a ping
 * for example, would stand behind that.
 */
final class ReceiveWindow {
    private static final long SCHEDULING_NANOS = 500_000;
    /** So many halves are read before the window is found to be too large. */
    private static final int AVERAGED = 8;

    private final int initial;
    private final int largest;
    private int size;
    private long credit;
    private int freed;
    private long since;
    private int charged;
    private boolean keptUp = true; // the reader, when credit was given last
    private boolean fast; // the half before
    private int halves;
    private long halvesNanos;

    /** @param now when the stream began, in nanoseconds */
    ReceiveWindow(int initial, int largest, long now) {
        this.largest = largest;
        this.initial = initial;
        this.size = initial;
        this.charged = initial;
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
     * @param roundTrip the least one, in nanoseconds; 0 if it is not known
     * @param unread bytes that wait to be read
     * @param charge asked for the memory of a window that is larger than ever before
     * @return the credit to be sent
     */
    int credit(long now, long roundTrip, int unread, LongPredicate charge) {
        if (roundTrip > 0) {
            adapt(now - since, roundTrip + SCHEDULING_NANOS, unread <= size / 4, charge);
        }
        since = now;
        int given = freed;
        credit += given;
        freed = 0;
        return given;
    }

    private void adapt(long took, long needed, boolean keepsUp, LongPredicate charge) {
        boolean full = took < needed && keptUp && keepsUp;
        boolean grow = full && fast;
        keptUp = keepsUp;
        fast = full;
        halves++;
        halvesNanos += Math.min(took, 4 * needed); // a pause says nothing
        if (grow) {
            resize((int) Math.min(size * 2L, largest), charge);
        } else if (halves == AVERAGED) {
            if (halvesNanos > 2 * AVERAGED * needed) {
                resize(Math.max(size / 2, initial), charge);
            }
            halves = 0;
            halvesNanos = 0;
        }
    }

    private void resize(int wanted, LongPredicate charge) {
        if (wanted <= charged || charge.test(wanted - charged)) {
            charged = Math.max(charged, wanted);
            freed += wanted - size;
            size = wanted;
        }
        fast = false;
        halves = 0;
        halvesNanos = 0;
    }

    /** Bytes that the window has now. */
    int size() {
        return size;
    }
}
