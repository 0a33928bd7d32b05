package libp2p.quic.wire;

/** Packets of Version Negotiation (RFC 9000, section 17.2.1). */
public final class VersionNegotiation {
    private static final int RESERVED = 0x0a0a0a0a;

    private VersionNegotiation() {}

    /**
     * The answer to a packet of a version that is not spoken: version 1, and one that no implementation speaks.
     *
     * @param destination the id of whom it answers, up to 255 bytes
     * @param source the id to which the packet was sent
     * @param random for the bits that mean nothing, among them those of the version that is not spoken
     */
    public static byte[] answer(byte[] destination, byte[] source, int random) {
        byte[] packet = new byte[1 + Integer.BYTES + 2 + destination.length + source.length + 2 * Integer.BYTES];
        packet[0] = (byte) (0xc0 | random & 0x3f);
        int at = 1 + Integer.BYTES;
        packet[at++] = (byte) destination.length;
        System.arraycopy(destination, 0, packet, at, destination.length);
        at += destination.length;
        packet[at++] = (byte) source.length;
        System.arraycopy(source, 0, packet, at, source.length);
        at += source.length;
        VarInt.write(packet, at, 0, Integer.BYTES);
        packet[at] = 0;
        packet[at + 3] = LongHeader.VERSION_1;
        for (int i = 0; i < Integer.BYTES; i++) {
            packet[at + Integer.BYTES + i] = (byte) ((random & 0xf0f0f0f0 | RESERVED) >>> (24 - 8 * i));
        }
        return packet;
    }

    /** Whether the versions in a packet, which start behind its ids, hold version 1; such a packet is not believed. */
    public static boolean offersVersion1(byte[] bytes, int offset, int end) {
        for (int at = offset; at + Integer.BYTES <= end; at += Integer.BYTES) {
            if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 0 && bytes[at + 3] == LongHeader.VERSION_1) {
                return true;
            }
        }
        return false;
    }
}
