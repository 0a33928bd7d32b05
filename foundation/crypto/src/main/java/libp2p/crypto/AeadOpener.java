package libp2p.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;

/**
 * The receiving direction of an AEAD under one key: checks the tag and decrypts in place.
 *
 * <p>When the tag does not match, the plaintext range is all zero: no unauthenticated byte is ever seen. Threads as for
 * {@link AeadSealer}.
 */
public final class AeadOpener extends AeadDirection {
    AeadOpener(AeadAlgorithm algorithm, AeadContext context) {
        super(algorithm, context);
    }

    /**
     * Opens {@code buffer[offset, offset + length)}, ciphertext and tag, in place under a counter nonce. Position and
     * limit of the buffer play no part but this: the range must lie below the limit.
     *
     * @param counter unsigned, at most 2<sup>64</sup>-2. The caller counts, and moves on only after success.
     * @param aad additional authenticated data, often empty
     * @param length of ciphertext and tag
     * @return {@code length - 16}, the length of the plaintext, which starts at {@code offset}
     * @throws AEADBadTagException if the record is not authentic or shorter than a tag
     * @throws IllegalArgumentException if the counter is 2<sup>64</sup>-1, which is reserved
     * @throws IndexOutOfBoundsException if the range does not lie below the limit
     */
    public int open(long counter, byte[] aad, ByteBuffer buffer, int offset, int length) throws AEADBadTagException {
        if (counter == -1L) {
            throw new IllegalArgumentException("AEAD counter 2^64-1 is reserved: the key is exhausted");
        }
        checkRange(buffer, offset, length);
        enter();
        try {
            return openChecked(nonce(counter), aad, buffer, offset, length);
        } finally {
            leave();
        }
    }

    /** As {@link #open(long, byte[], ByteBuffer, int, int)} with no additional data. */
    public int open(long counter, ByteBuffer buffer, int offset, int length) throws AEADBadTagException {
        return open(counter, NO_AAD, buffer, offset, length);
    }

    /**
     * As {@link #open(long, byte[], ByteBuffer, int, int)} under a nonce of 12 bytes.
     *
     * @throws IllegalArgumentException if the nonce is not 12 bytes long
     */
    public int open(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) throws AEADBadTagException {
        checkRange(buffer, offset, length);
        checkedNonce(nonce);
        enter();
        try {
            return openChecked(nonce, aad, buffer, offset, length);
        } finally {
            leave();
        }
    }

    /** Opens a copy of {@code sealed} under a counter nonce; the result is 16 bytes shorter. */
    public byte[] open(long counter, byte[] aad, byte[] sealed) throws AEADBadTagException {
        byte[] copy = sealed.clone();
        int length = open(counter, aad, ByteBuffer.wrap(copy), 0, copy.length);
        return Arrays.copyOf(copy, length);
    }

    private int openChecked(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length)
            throws AEADBadTagException {
        int plaintextLength = length - AeadAlgorithm.TAG_LENGTH;
        if (plaintextLength < 0) {
            throw new AEADBadTagException("sealed record of " + length + " bytes is shorter than its tag");
        }
        boolean authentic = false;
        try {
            authentic = context.open(nonce, aad, buffer, offset, plaintextLength);
        } finally {
            if (!authentic) {
                wipe(buffer, offset, plaintextLength);
            }
        }
        if (!authentic) {
            throw new AEADBadTagException("tag mismatch");
        }
        return plaintextLength;
    }

    private static void wipe(ByteBuffer buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            buffer.put(i, (byte) 0);
        }
    }
}
