package libp2p.http3.qpack;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;

/**
 * The Huffman code of HPACK and QPACK (RFC 7541, appendix B). The code is canonical: codes of one length are in the order
 * of their symbols, so that the lengths tell all of it.
 */
final class Huffman {
    private static final int END = 256;
    private static final int LONGEST_PADDING = 7;

    /** Length of the code of each symbol in bits. */
    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30
    };

    /** Two children for each inner node: the number of another one, or below 0 the complement of a symbol. */
    private static final short[] TREE = tree();

    private Huffman() {}

    private static short[] tree() {
        short[] tree = new short[2 * LENGTHS.length];
        int code = 0;
        int nodes = 1;
        for (int length = 1; length <= Byte.MAX_VALUE; length++) {
            code <<= 1;
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] == length) {
                    nodes = add(tree, nodes, code++, length, symbol);
                }
            }
            if (nodes == LENGTHS.length - 1 && code == 1 << length) {
                return tree;
            }
        }
        throw new IllegalStateException("the code is not complete");
    }

    private static int add(short[] tree, int nodes, int code, int length, int symbol) {
        int count = nodes;
        int node = 0;
        for (int bit = length - 1; bit > 0; bit--) {
            int child = 2 * node + (code >>> bit & 1);
            if (tree[child] == 0) {
                tree[child] = (short) count++;
            }
            node = tree[child];
        }
        tree[2 * node + (code & 1)] = (short) ~symbol;
        return count;
    }

    /**
     * Decodes a text.
     *
     * @throws Http3Exception if it has the end of string in it, is not padded with ones, or has more padding than needed
     */
    static byte[] decode(ByteBuffer in) throws Http3Exception {
        byte[] out = new byte[in.remaining() * Byte.SIZE / 5]; // the shortest code has five bits
        int length = 0;
        int node = 0;
        int padding = 0;
        boolean ones = true;
        while (in.hasRemaining()) {
            int bits = in.get();
            for (int shift = Byte.SIZE - 1; shift >= 0; shift--) {
                int bit = bits >>> shift & 1;
                ones &= bit == 1;
                padding++;
                int child = TREE[2 * node + bit];
                if (child < 0) {
                    if (~child == END) {
                        throw malformed("a text with the end of string in it");
                    }
                    out[length++] = (byte) ~child;
                    node = 0;
                    padding = 0;
                    ones = true;
                } else {
                    node = child;
                }
            }
        }
        if (padding > LONGEST_PADDING || !ones) {
            throw malformed("a text that is not padded as it must be");
        }
        return Arrays.copyOf(out, length);
    }

    private static Http3Exception malformed(String what) {
        return new Http3Exception(Http3Error.QPACK_DECOMPRESSION_FAILED, what);
    }
}
