package libp2p.quic.recovery;

import org.jspecify.annotations.Nullable;

/**
 * The packets of one space of which nothing was heard yet, in a ring by their numbers. Packets that ask for no
 * acknowledgement are kept for what one may tell of them, and nothing is lost with the oldest: a remote that sends much
 * and acknowledges nothing would have all of them kept. What the others take is bounded by {@link
 * LossRecovery#MAX_TRACKED}.
 */
public final class SentPackets {
    /** Packets that ask for no acknowledgement and are kept; the oldest is forgotten for a new one, as by quinn. */
    static final int MAX_UNASKED = 1_000;

    /** What a packet takes with its frames, and a place of the ring, about. */
    private static final int PACKET_BYTES = 128;

    private static final int PLACE_BYTES = 4;

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
    private int kept;
    private int unasked;
    /** No packet below it asks for no acknowledgement. */
    private long unaskedFrom;

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
        kept++;
        if (packet.isUnasked() && ++unasked > MAX_UNASKED) {
            forgetUnasked();
        }
        return packet;
    }

    private void forgetUnasked() {
        long number = Math.max(unaskedFrom, lowest);
        SentPacket packet = get(number);
        while (packet == null || !packet.isUnasked()) {
            packet = get(++number);
        }
        remove(number);
        recycle(packet);
        unaskedFrom = number + 1;
        settle();
    }

    /** Places of the ring that are taken: numbers from the oldest packet that is kept to the newest. */
    int places() {
        return (int) (next - lowest);
    }

    /** Memory that it takes, about, in bytes. */
    long bytes() {
        return (long) PACKET_BYTES * kept + (long) PLACE_BYTES * ring.length;
    }

    /** A packet that was removed is forgotten everywhere. */
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
        if (packet != null) {
            kept--;
            unasked -= packet.isUnasked() ? 1 : 0;
        }
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
