package libp2p.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * The XSalsa20 stream cipher (D. J. Bernstein, "Extending the Salsa20 nonce", 2011) of private networks (specification
 * {@code pnet}): it encrypts and decrypts a byte stream of any length, without authenticating it.
 *
 * <p>Holds the position in the stream; one direction of one connection, one thread at a time. Nothing blocks or
 * allocates.
 */
public final class XSalsa20 implements AutoCloseable {
    /** Length of a key in bytes. */
    public static final int KEY_LENGTH = 32;
    /** Length of a nonce in bytes. */
    public static final int NONCE_LENGTH = 24;

    private static final int BLOCK_LENGTH = 64;
    private static final int DOUBLE_ROUNDS = 10;
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Constants, key, nonce and block counter. */
    private final int[] state = new int[16];
    /** The current block of key stream. */
    private final int[] block = new int[16];
    /** Number of bytes of the current block that are used up. */
    private int used = BLOCK_LENGTH;

    private boolean closed;

    /**
     * At the start of the stream.
     *
     * @param key 32 bytes, not kept
     * @param nonce 24 bytes, never used twice with one key
     * @throws IllegalArgumentException if a length is wrong
     */
    public XSalsa20(byte[] key, byte[] nonce) {
        if (key.length != KEY_LENGTH || nonce.length != NONCE_LENGTH) {
            throw new IllegalArgumentException("XSalsa20 key of " + key.length + " and nonce of " + nonce.length
                    + " bytes, needs " + KEY_LENGTH + " and " + NONCE_LENGTH);
        }
        ByteBuffer keyWords = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer nonceWords = ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            state[1 + i] = keyWords.getInt(4 * i);
            state[11 + i] = keyWords.getInt(16 + 4 * i);
            state[6 + i] = nonceWords.getInt(4 * i);
        }
        setConstants();
        deriveKey();
        state[6] = nonceWords.getInt(16);
        state[7] = nonceWords.getInt(20);
        state[8] = 0;
        state[9] = 0;
    }

    /** "expand 32-byte k". */
    private void setConstants() {
        state[0] = 0x61707865;
        state[5] = 0x3320646e;
        state[10] = 0x79622d32;
        state[15] = 0x6b206574;
    }

    /** HSalsa20: eight words of the rounds' output, without the final addition, become the key. */
    private void deriveKey() {
        rounds();
        state[1] = block[0];
        state[2] = block[5];
        state[3] = block[10];
        state[4] = block[15];
        System.arraycopy(block, 6, state, 11, 4);
    }

    /**
     * Encrypts or decrypts {@code buffer[offset, offset + length)} in place and moves on in the stream. Position and
     * limit of the buffer play no part but this: the range must lie below the limit.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public void process(ByteBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.limit());
        if (closed) {
            throw new IllegalStateException("XSalsa20 is closed");
        }
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (used == BLOCK_LENGTH) {
                nextBlock();
            }
            if (used == 0 && end - at >= BLOCK_LENGTH) {
                for (int i = 0; i < 16; i++) {
                    INTS.set(buffer, at + 4 * i, (int) INTS.get(buffer, at + 4 * i) ^ block[i]);
                }
                at += BLOCK_LENGTH;
                used = BLOCK_LENGTH;
            } else {
                buffer.put(at, (byte) (buffer.get(at) ^ block[used >> 2] >>> (8 * (used & 3))));
                at++;
                used++;
            }
        }
    }

    /** As {@link #process(ByteBuffer, int, int)} on a whole array. */
    public void process(byte[] bytes) {
        process(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /** Wipes the key. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(state, 0);
        Arrays.fill(block, 0);
    }

    private void nextBlock() {
        rounds();
        for (int i = 0; i < 16; i++) {
            block[i] += state[i];
        }
        if (++state[8] == 0) {
            state[9]++;
        }
        used = 0;
    }

    private void rounds() {
        int x0 = state[0], x1 = state[1], x2 = state[2], x3 = state[3];
        int x4 = state[4], x5 = state[5], x6 = state[6], x7 = state[7];
        int x8 = state[8], x9 = state[9], x10 = state[10], x11 = state[11];
        int x12 = state[12], x13 = state[13], x14 = state[14], x15 = state[15];
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            x4 ^= Integer.rotateLeft(x0 + x12, 7);
            x8 ^= Integer.rotateLeft(x4 + x0, 9);
            x12 ^= Integer.rotateLeft(x8 + x4, 13);
            x0 ^= Integer.rotateLeft(x12 + x8, 18);
            x9 ^= Integer.rotateLeft(x5 + x1, 7);
            x13 ^= Integer.rotateLeft(x9 + x5, 9);
            x1 ^= Integer.rotateLeft(x13 + x9, 13);
            x5 ^= Integer.rotateLeft(x1 + x13, 18);
            x14 ^= Integer.rotateLeft(x10 + x6, 7);
            x2 ^= Integer.rotateLeft(x14 + x10, 9);
            x6 ^= Integer.rotateLeft(x2 + x14, 13);
            x10 ^= Integer.rotateLeft(x6 + x2, 18);
            x3 ^= Integer.rotateLeft(x15 + x11, 7);
            x7 ^= Integer.rotateLeft(x3 + x15, 9);
            x11 ^= Integer.rotateLeft(x7 + x3, 13);
            x15 ^= Integer.rotateLeft(x11 + x7, 18);
            x1 ^= Integer.rotateLeft(x0 + x3, 7);
            x2 ^= Integer.rotateLeft(x1 + x0, 9);
            x3 ^= Integer.rotateLeft(x2 + x1, 13);
            x0 ^= Integer.rotateLeft(x3 + x2, 18);
            x6 ^= Integer.rotateLeft(x5 + x4, 7);
            x7 ^= Integer.rotateLeft(x6 + x5, 9);
            x4 ^= Integer.rotateLeft(x7 + x6, 13);
            x5 ^= Integer.rotateLeft(x4 + x7, 18);
            x11 ^= Integer.rotateLeft(x10 + x9, 7);
            x8 ^= Integer.rotateLeft(x11 + x10, 9);
            x9 ^= Integer.rotateLeft(x8 + x11, 13);
            x10 ^= Integer.rotateLeft(x9 + x8, 18);
            x12 ^= Integer.rotateLeft(x15 + x14, 7);
            x13 ^= Integer.rotateLeft(x12 + x15, 9);
            x14 ^= Integer.rotateLeft(x13 + x12, 13);
            x15 ^= Integer.rotateLeft(x14 + x13, 18);
        }
        block[0] = x0;
        block[1] = x1;
        block[2] = x2;
        block[3] = x3;
        block[4] = x4;
        block[5] = x5;
        block[6] = x6;
        block[7] = x7;
        block[8] = x8;
        block[9] = x9;
        block[10] = x10;
        block[11] = x11;
        block[12] = x12;
        block[13] = x13;
        block[14] = x14;
        block[15] = x15;
    }
}
