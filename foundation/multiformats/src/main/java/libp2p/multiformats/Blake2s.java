package libp2p.multiformats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE2s without key (RFC 7693): digests of 1 to 32 bytes. The JDK has none. */
final class Blake2s {
    private static final int BLOCK = 64;
    private static final int ROUNDS = 10;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] IV = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    private static final byte[][] SIGMA = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
        {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
        {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
        {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
        {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
        {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
        {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
        {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
        {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}
    };

    private final int[] state = IV.clone();
    private final int[] work = new int[16];
    private final int[] message = new int[16];

    private Blake2s(int length) {
        state[0] ^= 0x01010000 ^ length;
    }

    /**
     * The digest of some data.
     *
     * @param data what to hash
     * @param length bytes of the digest, 1 to 32; another length gives another digest, not a cut one
     * @return the digest
     */
    static byte[] digest(byte[] data, int length) {
        Blake2s hash = new Blake2s(length);
        int at = 0;
        for (; data.length - at > BLOCK; at += BLOCK) {
            hash.compress(data, at, at + BLOCK, false);
        }
        hash.compress(Arrays.copyOfRange(data, at, at + BLOCK), 0, data.length, true);
        byte[] digest = new byte[32];
        for (int i = 0; i < 8; i++) {
            WORD.set(digest, Integer.BYTES * i, hash.state[i]);
        }
        return Arrays.copyOf(digest, length);
    }

    private void compress(byte[] block, int from, long counted, boolean last) {
        for (int i = 0; i < 16; i++) {
            message[i] = (int) WORD.get(block, from + Integer.BYTES * i);
        }
        System.arraycopy(state, 0, work, 0, 8);
        System.arraycopy(IV, 0, work, 8, 8);
        work[12] ^= (int) counted;
        work[13] ^= (int) (counted >>> Integer.SIZE);
        if (last) {
            work[14] = ~work[14];
        }
        for (int round = 0; round < ROUNDS; round++) {
            byte[] order = SIGMA[round % SIGMA.length];
            for (int i = 0; i < 4; i++) {
                mix(i, 4 + i, 8 + i, 12 + i, message[order[2 * i]], message[order[2 * i + 1]]);
            }
            for (int i = 0; i < 4; i++) {
                mix(
                        i,
                        4 + (i + 1) % 4,
                        8 + (i + 2) % 4,
                        12 + (i + 3) % 4,
                        message[order[8 + 2 * i]],
                        message[order[9 + 2 * i]]);
            }
        }
        for (int i = 0; i < 8; i++) {
            state[i] ^= work[i] ^ work[i + 8];
        }
    }

    private void mix(int a, int b, int c, int d, int x, int y) {
        work[a] += work[b] + x;
        work[d] = Integer.rotateRight(work[d] ^ work[a], 16);
        work[c] += work[d];
        work[b] = Integer.rotateRight(work[b] ^ work[c], 12);
        work[a] += work[b] + y;
        work[d] = Integer.rotateRight(work[d] ^ work[a], 8);
        work[c] += work[d];
        work[b] = Integer.rotateRight(work[b] ^ work[c], 7);
    }
}
