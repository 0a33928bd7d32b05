package libp2p.security.pnet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The stream ciphers Salsa20/20 and XSalsa20 (Bernstein, "Salsa20 specification" and "Extending the Salsa20 nonce") with
 * keys of 32 bytes. One instance is one key stream; one thread at a time.
 */
final class Salsa20 {
    static final int KEY_LENGTH = 32;
    /** Length of an XSalsa20 nonce. */
    static final int LONG_NONCE = 24;
    /** Length of a Salsa20 nonce. */
    static final int SHORT_NONCE = 8;

    private static final int BLOCK = 64;
    private static final int DOUBLE_ROUNDS = 10;
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BUFFER_LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] state;
    private final int[] work = new int[16];
    private final byte[] keyStream = new byte[BLOCK];
    private int used = BLOCK;

    private Salsa20(int[] state) {
        this.state = state;
    }

    /** XSalsa20 with a nonce of 24 bytes. */
    static Salsa20 extended(byte[] key, byte[] nonce) {
        int[] derivation = state(words(key, 0, 8), nonce, 0);
        derivation[8] = (int) INTS.get(nonce, 8);
        derivation[9] = (int) INTS.get(nonce, 12);
        rounds(derivation);
        int[] subkey = {
            derivation[0], derivation[5], derivation[10], derivation[15],
            derivation[6], derivation[7], derivation[8], derivation[9]
        };
        Salsa20 cipher = new Salsa20(state(subkey, nonce, 16));
        Arrays.fill(derivation, 0);
        Arrays.fill(subkey, 0);
        return cipher;
    }

    /** Salsa20 with a nonce of 8 bytes. */
    static Salsa20 plain(byte[] key, byte[] nonce) {
        return new Salsa20(state(words(key, 0, 8), nonce, 0));
    }

    /** Exclusive-ors {@code buffer[offset, offset + length)} with the next bytes of the key stream. */
    void apply(ByteBuffer buffer, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (used == BLOCK) {
                nextBlock();
            }
            if ((used & 7) == 0 && end - at >= Long.BYTES) {
                long mask = (long) LONGS.get(keyStream, used);
                BUFFER_LONGS.set(buffer, at, (long) BUFFER_LONGS.get(buffer, at) ^ mask);
                at += Long.BYTES;
                used += Long.BYTES;
            } else {
                buffer.put(at, (byte) (buffer.get(at) ^ keyStream[used++]));
                at++;
            }
        }
    }

    /** Forgets the key. */
    void wipe() {
        Arrays.fill(state, 0);
        Arrays.fill(work, 0);
        Arrays.fill(keyStream, (byte) 0);
    }

    private void nextBlock() {
        System.arraycopy(state, 0, work, 0, 16);
        rounds(work);
        for (int i = 0; i < 16; i++) {
            INTS.set(keyStream, 4 * i, work[i] + state[i]);
        }
        if (++state[8] == 0) {
            state[9]++;
        }
        used = 0;
    }

    /** Constants, key, eight bytes of nonce, and a block counter of 0. */
    private static int[] state(int[] key, byte[] nonce, int offset) {
        int[] state = new int[16];
        for (int i = 0; i < 4; i++) {
            state[5 * i] = CONSTANTS[i];
            state[1 + i] = key[i];
            state[11 + i] = key[4 + i];
        }
        state[6] = (int) INTS.get(nonce, offset);
        state[7] = (int) INTS.get(nonce, offset + 4);
        return state;
    }

    private static int[] words(byte[] bytes, int offset, int count) {
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = (int) INTS.get(bytes, offset + 4 * i);
        }
        return words;
    }

    private static void rounds(int[] x) {
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            quarter(x, 0, 4, 8, 12);
            quarter(x, 5, 9, 13, 1);
            quarter(x, 10, 14, 2, 6);
            quarter(x, 15, 3, 7, 11);
            quarter(x, 0, 1, 2, 3);
            quarter(x, 5, 6, 7, 4);
            quarter(x, 10, 11, 8, 9);
            quarter(x, 15, 12, 13, 14);
        }
    }

    private static void quarter(int[] x, int a, int b, int c, int d) {
        x[b] ^= Integer.rotateLeft(x[a] + x[d], 7);
        x[c] ^= Integer.rotateLeft(x[b] + x[a], 9);
        x[d] ^= Integer.rotateLeft(x[c] + x[b], 13);
        x[a] ^= Integer.rotateLeft(x[d] + x[c], 18);
    }
}
