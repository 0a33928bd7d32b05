package libp2p.multiformats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Keccak with the padding of its submission, as Ethereum uses it, which is not that of SHA-3 (FIPS 202, section 3). */
final class Keccak {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int ROUNDS = 24;

    private Keccak() {}

    /**
     * The digest of some data.
     *
     * @param data what to hash
     * @param length bytes of the digest: 28, 32, 48 or 64
     * @return the digest
     */
    static byte[] digest(byte[] data, int length) {
        int rate = 200 - 2 * length;
        long[] state = new long[25];
        int at = 0;
        for (; data.length - at >= rate; at += rate) {
            absorb(state, data, at, rate);
        }
        byte[] last = new byte[rate];
        System.arraycopy(data, at, last, 0, data.length - at);
        last[data.length - at] = 1;
        last[rate - 1] |= (byte) 0x80;
        absorb(state, last, 0, rate);
        byte[] out = new byte[200];
        for (int i = 0; i < 25; i++) {
            WORD.set(out, 8 * i, state[i]);
        }
        return Arrays.copyOf(out, length);
    }

    private static void absorb(long[] state, byte[] data, int from, int rate) {
        for (int i = 0; i < rate / 8; i++) {
            state[i] ^= (long) WORD.get(data, from + 8 * i);
        }
        permute(state);
    }

    private static void permute(long[] a) {
        int register = 1;
        long[] columns = new long[5];
        for (int round = 0; round < ROUNDS; round++) {
            for (int x = 0; x < 5; x++) {
                columns[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }
            for (int x = 0; x < 5; x++) {
                long d = columns[(x + 4) % 5] ^ Long.rotateLeft(columns[(x + 1) % 5], 1);
                for (int y = 0; y < 25; y += 5) {
                    a[x + y] ^= d;
                }
            }
            int x = 1;
            int y = 0;
            long moving = a[1];
            for (int t = 0; t < 24; t++) { // rho and pi walk over all lanes but the first
                int next = (2 * x + 3 * y) % 5;
                x = y;
                y = next;
                long lane = a[x + 5 * y];
                a[x + 5 * y] = Long.rotateLeft(moving, (t + 1) * (t + 2) / 2);
                moving = lane;
            }
            for (int row = 0; row < 25; row += 5) {
                long[] lanes = Arrays.copyOfRange(a, row, row + 5);
                for (int i = 0; i < 5; i++) {
                    a[row + i] = lanes[i] ^ (~lanes[(i + 1) % 5] & lanes[(i + 2) % 5]);
                }
            }
            for (int j = 0; j < 7; j++) { // the bits of the round constant come out of a shift register
                if ((register & 1) != 0) {
                    a[0] ^= 1L << ((1 << j) - 1);
                }
                register = register << 1 ^ (register >> 7) * 0x171;
            }
        }
    }
}
