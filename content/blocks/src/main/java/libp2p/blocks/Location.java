package libp2p.blocks;

import java.nio.ByteBuffer;

/**
 * Place of a block in the log.
 *
 * @param segment number of the file; −1 says that the block was removed
 * @param offset of its record
 * @param size bytes of its data
 */
record Location(int segment, long offset, int size) {
    static final Location REMOVED = new Location(-1, 0, -1);
    static final int BYTES = 16;
    private static final int REMOVAL_BYTES = 12;

    boolean isPresent() {
        return segment >= 0;
    }

    /** A number of the place of its own; no place is used twice. */
    long number() {
        return (long) segment << 40 ^ offset;
    }

    /** The data of the record that removes a block from here. */
    byte[] removal() {
        return ByteBuffer.allocate(REMOVAL_BYTES)
                .putInt(segment)
                .putLong(offset)
                .array();
    }

    /** Whether a removal takes away what stands here: one of the former form, without a place, does always. */
    boolean isRemovedBy(byte[] removal) {
        if (removal.length < REMOVAL_BYTES) {
            return true;
        }
        ByteBuffer in = ByteBuffer.wrap(removal);
        return in.getInt() == segment && in.getLong() == offset;
    }

    void write(ByteBuffer out) {
        out.putInt(segment).putLong(offset).putInt(size);
    }

    static Location read(ByteBuffer in) {
        return new Location(in.getInt(), in.getLong(), in.getInt());
    }
}
