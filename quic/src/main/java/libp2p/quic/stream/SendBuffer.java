package libp2p.quic.stream;

/**
 * The bytes of a stream from the first that is not acknowledged to the last that was written, in a ring that grows as
 * it must. Lost ranges are sent again from the same bytes.
 */
final class SendBuffer {
    private static final int SMALLEST = 1 << 12;
    private static final byte[] NONE = new byte[0];

    private byte[] ring = NONE;
    private long acknowledged;
    private long sent;
    private long written;
    private final RangeSet acknowledgedAbove = new RangeSet();
    private final RangeSet lost = new RangeSet();

    /** How many bytes are held. */
    int held() {
        return (int) (written - acknowledged);
    }

    long sent() {
        return sent;
    }

    long written() {
        return written;
    }

    /** The end of what is acknowledged without a gap. */
    long acknowledged() {
        return acknowledged;
    }

    RangeSet lost() {
        return lost;
    }

    void write(byte[] source, int offset, int length) {
        int needed = held() + length;
        if (needed > ring.length) {
            grow(needed);
        }
        int at = index(written);
        int first = Math.min(length, ring.length - at);
        System.arraycopy(source, offset, ring, at, first);
        System.arraycopy(source, offset + first, ring, 0, length - first);
        written += length;
    }

    private int index(long offset) {
        return (int) offset & ring.length - 1;
    }

    private void grow(int needed) {
        int size = Math.max(SMALLEST, ring.length);
        while (size < needed) {
            size *= 2;
        }
        byte[] larger = new byte[size];
        for (long at = acknowledged; at < written; ) {
            int from = index(at);
            int to = (int) at & size - 1;
            int length = (int) Math.min(written - at, Math.min(ring.length - from, size - to));
            System.arraycopy(ring, from, larger, to, length);
            at += length;
        }
        ring = larger;
    }

    /** Copies what stands at an offset. */
    void copy(long offset, byte[] target, int at, int length) {
        if (length == 0) {
            return; // FIN alone, when the ring may be gone
        }
        int from = index(offset);
        int first = Math.min(length, ring.length - from);
        System.arraycopy(ring, from, target, at, first);
        System.arraycopy(ring, 0, target, at + first, length - first);
    }

    /** Bytes leave for the first time. */
    void advance(int length) {
        sent += length;
    }

    void acknowledged(long from, long to) {
        if (from > acknowledged) {
            acknowledgedAbove.add(from, to);
            lost.remove(from, to);
            return;
        }
        if (to <= acknowledged) {
            return;
        }
        acknowledged = to;
        while (!acknowledgedAbove.isEmpty() && acknowledgedAbove.from(0) <= acknowledged) {
            acknowledged = Math.max(acknowledged, acknowledgedAbove.to(0));
            acknowledgedAbove.remove(acknowledgedAbove.from(0), acknowledgedAbove.to(0));
        }
        if (!lost.isEmpty()) {
            lost.remove(0, acknowledged);
        }
        if (acknowledged == written && ring.length > SMALLEST) {
            ring = NONE;
        }
    }

    /** Bytes have to be sent again unless they have arrived all the same. */
    void lost(long from, long to) {
        long start = Math.max(from, acknowledged);
        lost.add(start, to);
        for (int i = 0; i < acknowledgedAbove.size(); i++) {
            lost.remove(acknowledgedAbove.from(i), acknowledgedAbove.to(i));
        }
    }

    /** Forgets everything from an offset on. */
    void truncate(long end) {
        lost.remove(end, Long.MAX_VALUE);
        written = Math.max(Math.min(written, end), acknowledged);
        sent = Math.min(sent, written);
        if (written == acknowledged) {
            ring = NONE;
        }
    }
}
