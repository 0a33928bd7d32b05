package libp2p.multiformats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE2b without key (RFC 7693): digests of 1 to 64 bytes. The JDK has none. */
public final class Blake2b {
    private static final int BLOCK = 128;
    private static final int ROUNDS = 12;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[] IV = {
        0x6a09e667f3bcc908L,
        0xbb67ae8584caa73bL,
        0x3c6ef372fe94f82bL,
        0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L,
        0x9b05688c2b3e6c1fL,
        0x1f83d9abfb41bd6bL,
        0x5be0cd19137e2179L
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

    private final long[] state = IV.clone();
    private final long[] work = new long[16];
    private final long[] message = new long[16];

    private Blake2b(int length) {
        state[0] ^= 0x01010000L ^ length;
    }

    /**
     * The digest of some data.
     *
     * @param data what to hash
     * @param length bytes of the digest, 1 to 64; another length gives another digest, not a cut one
     * @return the digest
     * @throws IllegalArgumentException if the length is none of those
     */
    public static byte[] digest(byte[] data, int length) {
        if (length < 1 || length > 64) {
            throw new IllegalArgumentException("BLAKE2b has 1 to 64 bytes, not " + length);
        }
        Blake2b hash = new Blake2b(length);
        int at = 0;
        for (; data.length - at > BLOCK; at += BLOCK) {
            hash.compress(data, at, at + BLOCK, false);
        }
        hash.compress(Arrays.copyOfRange(data, at, at + BLOCK), 0, data.length, true);
        byte[] digest = new byte[64];
        for (int i = 0; i < 8; i++) {
            WORD.set(digest, 8 * i, hash.state[i]);
        }
        return Arrays.copyOf(digest, length);
    }

    private void compress(byte[] block, int from, long counted, boolean last) {
        for (int i = 0; i < 16; i++) {
            message[i] = (long) WORD.get(block, from + 8 * i);
        }
        System.arraycopy(state, 0, work, 0, 8);
        System.arraycopy(IV, 0, work, 8, 8);
        work[12] ^= counted;
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

    private void mix(int a, int b, int c, int d, long x, long y) {
        work[a] += work[b] + x;
        work[d] = Long.rotateRight(work[d] ^ work[a], 32);
        work[c] += work[d];
        work[b] = Long.rotateRight(work[b] ^ work[c], 24);
        work[a] += work[b] + y;
        work[d] = Long.rotateRight(work[d] ^ work[a], 16);
        work[c] += work[d];
        work[b] = Long.rotateRight(work[b] ^ work[c], 63);
    }
}
