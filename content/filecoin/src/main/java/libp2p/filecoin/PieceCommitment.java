package libp2p.filecoin;

import java.io.OutputStream;
import java.util.Arrays;
import libp2p.crypto.Crypto;
import libp2p.crypto.Sha256;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Computes the commitment to a piece, CommP, of the bytes that are written to it: 127 bytes become 128 by two zero bits
 * behind each 254 (fr32), zeros fill up to a power of two, and a binary tree of SHA-256, of whose hashes the two highest
 * bits are cleared, has the commitment as its root. Holds one hash a level. For one thread.
 */
public final class PieceCommitment extends OutputStream {
    /** The commitment to a piece.
     *
     * @param cid of the commitment
     * @param bytes of the padded piece, a power of two
     */
    public record Piece(Cid cid, long bytes) {}

    /** The fewest bytes that have a commitment. */
    public static final int LEAST = 65;

    /** The most bytes: those of a piece of 64 GiB. */
    public static final long MOST = 127L << 29;

    /** The smallest padded piece. */
    public static final int LEAST_PIECE = 128;

    /** Multicodec of commitments to pieces, fil-commitment-unsealed. */
    static final long CODEC = 0xf101;

    /** Multihash of commitments to pieces, sha2-256-trunc254-padded. */
    static final long HASH = 0x1012;

    private static final int NODE = 32;
    private static final int QUAD = 127;
    private static final int LEVELS = 32;
    private static final byte[][] ZEROS = zeros();

    private final byte[] quad = new byte[QUAD];
    /** The left node of each level that waits for its right one. */
    private final byte[] @Nullable [] waiting = new byte[LEVELS + 1][];

    private int filled;
    private long count;

    private static byte[][] zeros() {
        byte[][] zeros = new byte[LEVELS][];
        zeros[0] = new byte[NODE];
        for (int level = 1; level < LEVELS; level++) {
            zeros[level] = parent(zeros[level - 1], zeros[level - 1]);
        }
        return zeros;
    }

    private static byte[] parent(byte[] left, byte[] right) {
        Sha256.Hasher hasher = Crypto.standard().sha256().newHasher();
        byte[] hash = hasher.update(left).update(right).finish();
        hash[NODE - 1] &= 0x3f;
        return hash;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** @throws IllegalArgumentException beyond {@link #MOST} */
    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (count + length > MOST) {
            throw new IllegalArgumentException("a piece has at most " + MOST + " bytes");
        }
        count += length;
        int at = offset;
        int left = length;
        while (left > 0) {
            int taken = Math.min(left, QUAD - filled);
            System.arraycopy(bytes, at, quad, filled, taken);
            filled += taken;
            at += taken;
            left -= taken;
            if (filled == QUAD) {
                expand();
            }
        }
    }

    /** Two zero bits behind each 254 bits, least significant bit first. */
    private void expand() {
        for (int node = 0; node < 4; node++) {
            byte[] leaf = new byte[NODE];
            int shift = 2 * node;
            int from = NODE * node - (node == 0 ? 0 : 1);
            for (int i = 0; i < NODE; i++) {
                int low = byteAt(from + i);
                leaf[i] = (byte) (node == 0 ? low : low >>> (8 - shift) | byteAt(from + i + 1) << shift);
            }
            leaf[NODE - 1] &= 0x3f;
            add(leaf);
        }
        filled = 0;
    }

    private int byteAt(int index) {
        return index < QUAD ? quad[index] & 0xff : 0;
    }

    private void add(byte[] leaf) {
        byte[] node = leaf;
        int level = 0;
        for (byte[] left = waiting[0]; left != null; left = waiting[level]) {
            waiting[level] = null;
            node = parent(left, node);
            level++;
        }
        waiting[level] = node;
    }

    /** Bytes that were written. */
    public long count() {
        return count;
    }

    /**
     * The commitment to what was written; nothing can be written afterwards.
     *
     * @throws IllegalStateException of fewer than {@link #LEAST} bytes, which have none
     */
    public Piece finish() {
        if (count < LEAST) {
            throw new IllegalStateException("a piece has at least " + LEAST + " bytes, not " + count);
        }
        if (filled > 0) {
            Arrays.fill(quad, filled, QUAD, (byte) 0);
            expand();
        }
        int level = 0;
        byte[] node = waiting[0];
        while (node == null) {
            level++;
            node = waiting[level];
        }
        for (int top = top(); level < top || level == top && waiting[level] != node; level++) {
            byte[] left = waiting[level];
            node = left == null || left == node ? parent(node, ZEROS[level]) : parent(left, node);
        }
        return new Piece(cid(node), (long) NODE << level);
    }

    private int top() {
        int top = LEVELS;
        while (waiting[top] == null) {
            top--;
        }
        return top;
    }

    /**
     * The commitment to the same piece with zeros up to a larger size.
     *
     * @throws IllegalArgumentException if the size is smaller, or no power of two
     */
    public static Piece pad(Piece piece, long bytes) {
        if (!isPieceSize(bytes) || bytes < piece.bytes()) {
            throw new IllegalArgumentException(
                    "a piece of " + piece.bytes() + " bytes does not become one of " + bytes);
        }
        byte[] node = piece.cid().hash().digest();
        for (long size = piece.bytes(); size < bytes; size *= 2) {
            node = parent(node, ZEROS[Long.numberOfTrailingZeros(size / NODE)]);
        }
        return new Piece(cid(node), bytes);
    }

    /** Whether a padded piece may have so many bytes. */
    public static boolean isPieceSize(long bytes) {
        return bytes >= LEAST_PIECE && Long.bitCount(bytes) == 1 && bytes / LEAST_PIECE * QUAD <= MOST;
    }

    /** Whether a CID is that of a commitment to a piece. */
    public static boolean isPieceCid(Cid cid) {
        return cid.version() == 1
                && cid.codec() == CODEC
                && cid.hash().code() == HASH
                && cid.hash().digestLength() == NODE;
    }

    /** The bytes that a padded piece has room for. */
    public static long room(long pieceBytes) {
        return pieceBytes / LEAST_PIECE * QUAD;
    }

    private static Cid cid(byte[] commitment) {
        return Cid.v1(CODEC, Multihash.of(HASH, commitment));
    }
}
