package libp2p.blocks;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import libp2p.ipld.Block;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record: sum of all that follows (4), length of the data (4), type (1), length of the key (1), key, sum of
 * the head, without the first sum (4), data. Both sums are CRC-32, and the {@linkplain LogKey key of the log} is mixed
 * into them. So the head tells which block a record is of, and where the next begins, even if its data is damaged.
 * Records of earlier versions have no sum of the head, and nothing mixed in. A file begins with a record of the end of
 * the one before (number 4, bytes 8), but for files of earlier versions. Thread-safe.
 */
final class RecordFormat {
    static final byte BLOCK = 1;
    static final byte REMOVAL = 2;
    /** Names the end of the file before; the first record of a file. Its key is empty. */
    static final byte END = 3;
    /**
     * In the type of a record: its checksum is a CRC-32, which every compiler of the JVM makes native code of. Without
     * it, as files of older versions have it, the checksum is a CRC-32C.
     */
    private static final byte CRC_32 = 0x10;
    /** In the type of a record: it is bound to its place. */
    private static final byte BOUND = 0x20;

    private static final int HEADER = 10;
    private static final int HEAD_SUM = 4;
    private static final int LONGEST_KEY = MultiformatsLimits.MULTIHASH_BYTES;
    /** Bytes of the longest head. */
    static final int LONGEST_HEAD = HEADER + LONGEST_KEY + HEAD_SUM;
    /** Bytes of the shortest record. */
    static final int SHORTEST = HEADER;

    /**
     * The head of a record.
     *
     * @param bytes of the head, behind which the data stands
     * @param isSure whether its own sum is right, so that the place of the next record is known
     */
    record Head(int sum, int length, byte type, int keyFrom, int keyTo, int bytes, boolean isSure) {
        byte meaning() {
            return (byte) (type & ~(CRC_32 | BOUND));
        }

        boolean isBound() {
            return (type & BOUND) != 0;
        }

        /** Bytes of the record. */
        long recordBytes() {
            return (long) bytes + length;
        }
    }

    private static final Multihash NO_KEY = Multihash.identity(new byte[0]);
    private static final int END_DATA = Integer.BYTES + Long.BYTES;
    /** Bytes of the record of an end, at most. */
    static final int END_BYTES = recordBytes(NO_KEY, END_DATA);

    private final LogKey key;
    private final int longest;

    /** @param longest bytes of data that a record may have */
    RecordFormat(LogKey key, int longest) {
        this.key = key;
        this.longest = longest;
    }

    /** Bytes of the record of a block as it is written, but into files of earlier versions. */
    static int recordBytes(Multihash hash, int dataBytes) {
        return HEADER + hash.size() + HEAD_SUM + dataBytes;
    }

    /** The record that says how long a file is. */
    static SegmentFiles.Entry end(int segment, long size) {
        return new SegmentFiles.Entry(
                END,
                NO_KEY,
                ByteBuffer.allocate(END_DATA).putInt(segment).putLong(size).array());
    }

    /** Bytes of the head of a record that is written to a file. */
    int headBytes(int segment, Multihash hash) {
        return HEADER + hash.size() + (key.binds(segment) ? HEAD_SUM : 0);
    }

    /** The head of a record that is written to a place, for its data to follow. */
    ByteBuffer head(SegmentFiles.Entry entry, int segment, long offset) {
        boolean bound = key.binds(segment);
        long mask = bound ? key.mask(segment, offset) : 0;
        ByteBuffer head = ByteBuffer.allocate(headBytes(segment, entry.hash()));
        byte type = (byte) (entry.type() | CRC_32 | (bound ? BOUND : 0));
        head.position(4);
        head.putInt(entry.data().length).put(type).put((byte) entry.hash().size());
        entry.hash().writeTo(head);
        Checksum sum = new CRC32();
        sum.update(head.array(), 4, head.position() - 4);
        if (bound) {
            head.putInt((int) sum.getValue() ^ (int) (mask >>> Integer.SIZE));
        }
        sum.update(entry.data());
        return head.putInt(0, (int) sum.getValue() ^ (int) mask).flip();
    }

    /** Whether a head may begin at an index: a quick look at lengths and type. */
    boolean mayBegin(byte[] in, int at) {
        int type = in[at + 8] & ~(CRC_32 | BOUND);
        return (type == BLOCK || type == REMOVAL || type == END)
                && (in[at + 9] & 0xff) <= LONGEST_KEY
                && Integer.compareUnsigned(length(in, at), longest) <= 0;
    }

    private static int length(byte[] in, int at) {
        return in[at + 4] << 24 | (in[at + 5] & 0xff) << 16 | (in[at + 6] & 0xff) << 8 | in[at + 7] & 0xff;
    }

    /**
     * The head that begins at an index, or null if there is none for the place.
     *
     * @param to behind the last byte that the array has of the file
     */
    @Nullable
    Head head(byte[] in, int at, int to, int segment, long offset) {
        if (to - at < HEADER || !mayBegin(in, at)) {
            return null;
        }
        byte type = in[at + 8];
        boolean bound = (type & BOUND) != 0;
        int keyTo = at + HEADER + (in[at + 9] & 0xff);
        int bytes = keyTo - at + (bound ? HEAD_SUM : 0);
        if (to - at < bytes || key.binds(segment) && !bound) {
            return null;
        }
        boolean sure = false;
        if (key.binds(segment)) {
            CRC32 sum = new CRC32();
            sum.update(in, at + 4, keyTo - at - 4);
            int expected = ByteBuffer.wrap(in).getInt(keyTo) ^ (int) (key.mask(segment, offset) >>> Integer.SIZE);
            if ((int) sum.getValue() != expected) {
                return null;
            }
            sure = true;
        }
        return new Head(ByteBuffer.wrap(in).getInt(at), length(in, at), type, at + HEADER, keyTo, bytes, sure);
    }

    /** The key of a record, or null if it is none. */
    static @Nullable Multihash hash(Head head, byte[] in) {
        try {
            return Multihash.fromBytes(in, head.keyFrom, head.keyTo);
        } catch (MalformedException e) {
            return null;
        }
    }

    /**
     * Whether data is that of a record.
     *
     * @param in the array of the head
     * @param dataIn the array of the data, which is read from an index on
     */
    boolean isWhole(Head head, byte[] in, byte[] dataIn, int dataAt, int segment, long offset) {
        if (head.isBound() && !key.binds(segment)) { // of a key that is lost
            Multihash hash = hash(head, in);
            return hash != null
                    && (head.meaning() == END && head.length == END_DATA
                            || head.meaning() == BLOCK && hashes(hash, dataIn, dataAt, head.length));
        }
        Checksum sum = (head.type & CRC_32) == 0 ? new CRC32C() : new CRC32();
        sum.update(in, head.keyFrom - HEADER + 4, head.keyTo - head.keyFrom + HEADER - 4);
        sum.update(dataIn, dataAt, head.length);
        long mask = head.isBound() ? key.mask(segment, offset) : 0;
        return ((int) sum.getValue() ^ (int) mask) == head.sum;
    }

    /** Whether a hash that can be relied upon is that of data. */
    static boolean hashes(Multihash hash, byte[] in, int at, int length) {
        try {
            return Block.matches(
                    hash, at == 0 && length == in.length ? in : java.util.Arrays.copyOfRange(in, at, at + length));
        } catch (MalformedException e) {
            return false;
        }
    }
}
