package libp2p.ipld.unixfs;

import java.nio.ByteBuffer;
import libp2p.multiformats.Varint;

/**
 * The DAG-PB block of a leaf without metadata, which has the same form everywhere: data between some bytes before it
 * and some after it. So a leaf is made around data that has been read into its place, and its data is found without
 * decoding.
 *
 * @param offset of the data in the block
 * @param length of the data
 */
record LeafBlock(int offset, int length) {
    private static final byte NODE_DATA = 0x0a;
    private static final byte TYPE = 0x08;
    private static final byte DATA = 0x12;
    private static final byte FILE_SIZE = 0x18;

    /** Bytes of the block before its data. */
    static int before(int length) {
        return 1 + Varint.size(inner(length)) + 2 + 1 + Varint.size(length);
    }

    /** Bytes of the block after its data. */
    static int after(int length) {
        return 1 + Varint.size(length);
    }

    private static int inner(int length) {
        return 2 + 1 + Varint.size(length) + length + after(length);
    }

    /** Makes a block around data that stands at {@link #before} in an array of exactly the right size. */
    static void frame(byte[] block, UnixFsType type, int length) {
        ByteBuffer out = ByteBuffer.wrap(block).put(NODE_DATA);
        Varint.encode(inner(length), out);
        out.put(TYPE).put((byte) type.ordinal()).put(DATA);
        Varint.encode(length, out);
        out.position(out.position() + length).put(FILE_SIZE);
        Varint.encode(length, out);
    }

    /** Place of the data of a block, or null if the block has not exactly this form. */
    static @org.jspecify.annotations.Nullable LeafBlock of(byte[] block) {
        int length = block.length - 8;
        for (int guess = Math.max(1, block.length - 24); guess <= length; guess++) {
            if (before(guess) + guess + after(guess) == block.length && isFramed(block, guess)) {
                return new LeafBlock(before(guess), guess);
            }
        }
        return null;
    }

    private static boolean isFramed(byte[] block, int length) {
        int before = before(length);
        byte type = block[before - 2 - Varint.size(length)];
        if (type != UnixFsType.RAW.ordinal() && type != UnixFsType.FILE.ordinal()) {
            return false;
        }
        ByteBuffer frame = ByteBuffer.allocate(before + after(length)).put(NODE_DATA);
        Varint.encode(inner(length), frame);
        frame.put(TYPE).put(type).put(DATA);
        Varint.encode(length, frame);
        frame.put(FILE_SIZE);
        Varint.encode(length, frame);
        ByteBuffer there = ByteBuffer.allocate(frame.capacity())
                .put(block, 0, before)
                .put(block, before + length, block.length - before - length);
        return frame.flip().equals(there.flip());
    }
}
