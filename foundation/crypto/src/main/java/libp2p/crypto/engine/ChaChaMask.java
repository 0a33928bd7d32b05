package libp2p.crypto.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Header protection by ChaCha20 (RFC 9001, section 5.4.4): the key stream whose counter are the first four bytes of the
 * sample, and whose nonce are the other twelve. One block of RFC 8439, section 2.3.
 */
final class ChaChaMask implements MaskContext {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    private static final int KEY = 4;
    private static final int COUNTER = 12;
    private static final int WORDS = 16;
    private static final int DOUBLE_ROUNDS = 10;

    private final int[] state = new int[WORDS];
    private final int[] x = new int[WORDS];

    /** @param key of 32 bytes */
    ChaChaMask(byte[] key) {
        System.arraycopy(CONSTANTS, 0, state, 0, CONSTANTS.length);
        for (int i = 0; i < 8; i++) {
            state[KEY + i] = (int) INT.get(key, 4 * i);
        }
    }

    @Override
    public long mask(byte[] sample, int offset) {
        for (int i = 0; i < 4; i++) {
            state[COUNTER + i] = (int) INT.get(sample, offset + 4 * i);
        }
        System.arraycopy(state, 0, x, 0, WORDS);
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            quarter(0, 4, 8, 12);
            quarter(1, 5, 9, 13);
            quarter(2, 6, 10, 14);
            quarter(3, 7, 11, 15);
            quarter(0, 5, 10, 15);
            quarter(1, 6, 11, 12);
            quarter(2, 7, 8, 13);
            quarter(3, 4, 9, 14);
        }
        long low = Integer.toUnsignedLong(x[0] + state[0]);
        long high = Integer.toUnsignedLong(x[1] + state[1]);
        return high << 32 | low;
    }

    private void quarter(int a, int b, int c, int d) {
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
    }

    @Override
    public void free() {
        Arrays.fill(state, 0);
        Arrays.fill(x, 0);
    }
}
