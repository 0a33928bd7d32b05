package libp2p.quic.wire;

import java.util.Arrays;

/**
 * The content of an ACK frame (RFC 9000, section 19.3): ranges of packet numbers from the largest down. Reused. Ranges
 * beyond {@link #MAX_RANGES} are checked and forgotten, as if the remote had not told them. One thread at a time.
 */
public final class AckFrame {
    /** Ranges of a frame that are kept; further ones are checked and forgotten. */
    public static final int MAX_RANGES = 512;

    private static final int FIRST_RANGES = 2;

    private long[] smallest = new long[FIRST_RANGES];
    private long[] largest = new long[FIRST_RANGES];
    private int count;
    private long delay;
    private boolean ecn;
    private long ect0;
    private long ect1;
    private long ce;

    void read(WireInput in, boolean withEcn) throws TransportException {
        long top = in.varint();
        delay = in.varint();
        long more = in.varint();
        long bottom = below(top, in.varint());
        count = 0;
        add(bottom, top);
        for (; more > 0; more--) {
            top = below(below(bottom, in.varint()), 2);
            bottom = below(top, in.varint());
            add(bottom, top);
        }
        ecn = withEcn;
        if (withEcn) {
            ect0 = in.varint();
            ect1 = in.varint();
            ce = in.varint();
        }
    }

    private static long below(long number, long distance) throws TransportException {
        if (distance > number) {
            throw new TransportException(
                    TransportError.FRAME_ENCODING_ERROR, FrameType.ACK, "a packet number below 0 is acknowledged");
        }
        return number - distance;
    }

    private void add(long from, long to) {
        if (count == MAX_RANGES) {
            return;
        }
        if (count == smallest.length) {
            smallest = Arrays.copyOf(smallest, 2 * count);
            largest = Arrays.copyOf(largest, 2 * count);
        }
        smallest[count] = from;
        largest[count++] = to;
    }

    /** Number of ranges, at least 1. */
    public int ranges() {
        return count;
    }

    /** The smallest number of a range; range 0 holds the largest of all. */
    public long smallest(int range) {
        return smallest[range];
    }

    /** The largest number of a range. */
    public long largest(int range) {
        return largest[range];
    }

    /** The largest packet number that the frame acknowledges. */
    public long largest() {
        return largest[0];
    }

    /** As it was sent, to be scaled by the exponent of the sender. */
    public long delay() {
        return delay;
    }

    /** Whether the frame has counts of ECN. */
    public boolean hasEcn() {
        return ecn;
    }

    /** Packets that the remote got with mark ECT(0), 0 without counts. */
    public long ect0() {
        return ect0;
    }

    /** Packets that the remote got with mark ECT(1), 0 without counts. */
    public long ect1() {
        return ect1;
    }

    /** Packets that met congestion. */
    public long ce() {
        return ce;
    }
}
