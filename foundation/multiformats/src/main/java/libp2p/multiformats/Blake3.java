package libp2p.multiformats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE3 in its plain mode with 32 bytes (the BLAKE3 paper, sections 2.1 to 2.5). The JDK has none. */
final class Blake3 {
    private static final int BLOCK = 64;
    private static final int CHUNK = 1024;
    private static final int CHUNK_START = 1;
    private static final int CHUNK_END = 2;
    private static final int PARENT = 4;
    private static final int ROOT = 8;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] IV = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    private static final int[] PERMUTATION = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

    private Blake3() {}

    /** The digest of 32 bytes. */
    static byte[] digest(byte[] data) {
        int[] root = tree(data, 0, data.length, 0, ROOT);
        byte[] digest = new byte[32];
        for (int i = 0; i < 8; i++) {
            WORD.set(digest, 4 * i, root[i]);
        }
        return digest;
    }

    /** The chaining value of the subtree over a range; its depth is at most the logarithm of the number of chunks. */
    private static int[] tree(byte[] data, int from, int to, long firstChunk, int flags) {
        int length = to - from;
        if (length <= CHUNK) {
            return chunk(data, from, to, firstChunk, flags);
        }
        int left = CHUNK * Integer.highestOneBit((length - 1) / CHUNK);
        int[] block = Arrays.copyOf(tree(data, from, from + left, firstChunk, 0), 16);
        System.arraycopy(tree(data, from + left, to, firstChunk + left / CHUNK, 0), 0, block, 8, 8);
        return compress(IV, block, 0, BLOCK, PARENT | flags);
    }

    private static int[] chunk(byte[] data, int from, int to, long number, int flags) {
        int[] chaining = IV;
        int at = from;
        int start = CHUNK_START;
        do {
            int length = Math.min(BLOCK, to - at);
            byte[] bytes = Arrays.copyOfRange(data, at, at + BLOCK);
            Arrays.fill(bytes, length, BLOCK, (byte) 0);
            int[] block = new int[16];
            for (int i = 0; i < 16; i++) {
                block[i] = (int) WORD.get(bytes, 4 * i);
            }
            at += length;
            int end = at == to ? CHUNK_END | flags : 0;
            chaining = compress(chaining, block, number, length, start | end);
            start = 0;
        } while (at < to);
        return chaining;
    }

    private static int[] compress(int[] chaining, int[] block, long counter, int length, int flags) {
        int[] v = Arrays.copyOf(chaining, 16);
        System.arraycopy(IV, 0, v, 8, 4);
        v[12] = (int) counter;
        v[13] = (int) (counter >>> 32);
        v[14] = length;
        v[15] = flags;
        int[] m = block.clone();
        for (int round = 0; ; round++) {
            for (int i = 0; i < 4; i++) {
                mix(v, i, 4 + i, 8 + i, 12 + i, m[2 * i], m[2 * i + 1]);
            }
            for (int i = 0; i < 4; i++) {
                mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[8 + 2 * i], m[9 + 2 * i]);
            }
            if (round == 6) {
                break;
            }
            int[] permuted = new int[16];
            for (int i = 0; i < 16; i++) {
                permuted[i] = m[PERMUTATION[i]];
            }
            m = permuted;
        }
        int[] out = new int[8];
        for (int i = 0; i < 8; i++) {
            out[i] = v[i] ^ v[i + 8];
        }
        return out;
    }

    private static void mix(int[] v, int a, int b, int c, int d, int x, int y) {
        v[a] += v[b] + x;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 7);
    }
}
