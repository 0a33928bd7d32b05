package libp2p.quic.recovery;

import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.VarInt;

/**
 * The packet numbers that were received, in ranges from the largest down. At most {@link #MAX_RANGES} are kept; numbers
 * below them count as received, so that none is taken twice.
 */
public final class ReceivedRanges {
    /** Ranges that are remembered; the oldest one is dropped for a new one. */
    public static final int MAX_RANGES = 64;

    private static final int FIRST = 4;

    private long[] smallest = new long[FIRST];
    private long[] largest = new long[FIRST];
    private int count;
    private long floor;

    /** The largest number, or -1. */
    public long largest() {
        return count == 0 ? -1 : largest[0];
    }

    /** Whether no packet has arrived. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Number of ranges. */
    public int ranges() {
        return count;
    }

    /** Whether a packet has arrived, or is so old that it is taken for a duplicate. */
    public boolean contains(long number) {
        if (number < floor) {
            return true;
        }
        for (int i = 0; i < count; i++) {
            if (number > largest[i]) {
                return false;
            }
            if (number >= smallest[i]) {
                return true;
            }
        }
        return false;
    }

    /** Adds a number that is not there yet. */
    public void add(long number) {
        if (count > 0 && number == largest[0] + 1) {
            largest[0] = number;
            return;
        }
        int at = 0;
        while (at < count && number < smallest[at]) {
            at++;
        }
        // ranges before at lie above the number, the one at it below
        boolean joinsAbove = at > 0 && number + 1 == smallest[at - 1];
        boolean joinsBelow = at < count && number == largest[at] + 1;
        if (joinsAbove && joinsBelow) {
            smallest[at - 1] = smallest[at];
            remove(at);
        } else if (joinsAbove) {
            smallest[at - 1] = number;
        } else if (joinsBelow) {
            largest[at] = number;
        } else {
            insert(at, number);
        }
    }

    private void remove(int at) {
        count--;
        System.arraycopy(smallest, at + 1, smallest, at, count - at);
        System.arraycopy(largest, at + 1, largest, at, count - at);
    }

    private void insert(int at, long number) {
        if (count == MAX_RANGES) {
            if (at == count) {
                return; // below all that is told: it stays unacknowledged
            }
            count--;
            floor = largest[count] + 1;
        } else if (count == smallest.length) {
            smallest = java.util.Arrays.copyOf(smallest, 2 * count);
            largest = java.util.Arrays.copyOf(largest, 2 * count);
        }
        System.arraycopy(smallest, at, smallest, at + 1, count - at);
        System.arraycopy(largest, at, largest, at + 1, count - at);
        smallest[at] = number;
        largest[at] = number;
        count++;
    }

    /** The remote knows of the numbers up to this one: they need not be told again. */
    public void forgetUpTo(long number) {
        floor = Math.max(floor, Math.min(number, largest()) + 1);
        while (count > 1 && largest[count - 1] < floor) {
            count--;
        }
        if (count > 0 && smallest[count - 1] < floor) {
            smallest[count - 1] = Math.min(floor, largest[count - 1]);
        }
    }

    /**
     * Writes an ACK frame with as many ranges as there is room for.
     *
     * @param delay as it is sent
     * @param ecn counts of ECT(0), ECT(1) and CE, or null for a frame without
     * @return whether one was written
     */
    public boolean write(FrameOutput out, long delay, long @org.jspecify.annotations.Nullable [] ecn) {
        int tail = ecn == null ? 0 : 3 * VarInt.MAX_LENGTH;
        int head = 1 + VarInt.length(largest()) + VarInt.length(delay) + 1 + VarInt.MAX_LENGTH + tail;
        if (count == 0 || out.remaining() < head) {
            return false;
        }
        int room = out.remaining() - head;
        int told = 1;
        while (told < count && room >= length(told)) {
            room -= length(told++);
        }
        out.uint8(ecn == null ? FrameType.ACK : FrameType.ACK_ECN)
                .varint(largest[0])
                .varint(delay)
                .varint(told - 1)
                .varint(largest[0] - smallest[0]);
        for (int i = 1; i < told; i++) {
            out.varint(smallest[i - 1] - largest[i] - 2).varint(largest[i] - smallest[i]);
        }
        if (ecn != null) {
            out.varint(ecn[0]).varint(ecn[1]).varint(ecn[2]);
        }
        return true;
    }

    private int length(int range) {
        return VarInt.length(smallest[range - 1] - largest[range] - 2)
                + VarInt.length(largest[range] - smallest[range]);
    }
}
