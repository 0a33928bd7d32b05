package libp2p.quic.recovery;

import org.jspecify.annotations.Nullable;

/** The packets of one space of which nothing was heard yet, in a ring by their numbers. */
public final class SentPackets {
    private static final int FIRST_CAPACITY = 16;
    /** An empty ring that is longer is given up. */
    private static final int LARGEST_KEPT = 64;
    /** Packets that are kept to be used again: what one or two acknowledgements free at a time. */
    private static final int MOST_SPARE = 64;
    /** Number of them that stay when nothing is in flight. */
    private static final int KEPT_AT_REST = 2;

    private @Nullable SentPacket[] ring = new SentPacket[FIRST_CAPACITY];
    private long lowest;
    private long next;
    private long skipped = -1;
    private @Nullable SentPacket spare;
    private int spares;

    /** The number of the next packet. */
    public long next() {
        return next;
    }

    /** No packet gets the next number; an acknowledgement of it was invented. */
    public void skip() {
        skipped = next;
        put(null);
    }

    long skipped() {
        return skipped;
    }

    /**
     * Adds a packet with the number {@link #next}.
     *
     * @param time when it was sent
     * @param size in bytes with everything
     */
    public SentPacket add(long time, int size, boolean ackEliciting, boolean inFlight) {
        SentPacket packet = spare;
        if (packet == null) {
            packet = new SentPacket();
        } else {
            spare = packet.spare;
            packet.spare = null;
            spares--;
        }
        packet.begin(next, time, size, ackEliciting, inFlight);
        put(packet);
        return packet;
    }

    /** A packet that was removed is forgotten by everybody. */
    void recycle(SentPacket packet) {
        if (spares < (isEmpty() ? KEPT_AT_REST : MOST_SPARE)) {
            spares++;
            packet.spare = spare;
            spare = packet;
        }
    }

    private void put(@Nullable SentPacket packet) {
        if (next - lowest == ring.length) {
            grow();
        }
        ring[index(next)] = packet;
        next++;
        if (packet == null) {
            settle();
        }
    }

    private int index(long number) {
        return (int) number & ring.length - 1;
    }

    private void grow() {
        @Nullable SentPacket[] larger = new SentPacket[2 * ring.length];
        for (long number = lowest; number < next; number++) {
            larger[(int) number & larger.length - 1] = ring[index(number)];
        }
        ring = larger;
    }

    /** The lowest number that may still be there. */
    public long lowest() {
        return lowest;
    }

    boolean isEmpty() {
        return lowest == next;
    }

    @Nullable
    SentPacket get(long number) {
        return number < lowest || number >= next ? null : ring[index(number)];
    }

    @Nullable
    SentPacket remove(long number) {
        if (number < lowest || number >= next) {
            return null;
        }
        int at = index(number);
        SentPacket packet = ring[at];
        ring[at] = null;
        return packet;
    }

    private void rest() {
        if (ring.length > LARGEST_KEPT) {
            ring = new SentPacket[FIRST_CAPACITY];
        }
        while (spares > KEPT_AT_REST && spare != null) {
            spare = spare.spare;
            spares--;
        }
    }

    /** Moves over numbers that are done with. */
    void settle() {
        while (lowest < next && ring[index(lowest)] == null) {
            lowest++;
        }
        if (lowest == next) {
            rest();
        }
    }
}
