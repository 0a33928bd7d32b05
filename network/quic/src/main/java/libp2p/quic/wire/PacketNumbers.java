package libp2p.quic.wire;

/** Packet numbers are sent truncated (RFC 9000, section 17.1 and appendix A). */
public final class PacketNumbers {
    private static final int MAX_LENGTH = 4;

    private PacketNumbers() {}

    /**
     * Number of bytes of a packet number that must be sent.
     *
     * @param largestAcknowledged -1 if none is
     */
    public static int length(long number, long largestAcknowledged) {
        long range = 2 * (number - largestAcknowledged);
        int length = 1;
        while (length < MAX_LENGTH && range > 1L << (8 * length)) {
            length++;
        }
        return length;
    }

    /**
     * The full number.
     *
     * @param truncated its lowest bytes
     * @param length how many
     * @param largest the largest number received so far, or -1
     */
    public static long decode(long truncated, int length, long largest) {
        long expected = largest + 1;
        long window = 1L << (8 * length);
        long half = window / 2;
        long candidate = expected & -window | truncated;
        if (candidate <= expected - half && candidate < VarInt.MAX + 1 - window) {
            return candidate + window;
        }
        if (candidate > expected + half && candidate >= window) {
            return candidate - window;
        }
        return candidate;
    }
}
