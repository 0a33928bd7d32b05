package libp2p.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;

/**
 * The sending direction of an AEAD under one key: encrypts in place and appends the tag.
 *
 * <p>One thread at a time: a second one gets {@code IllegalStateException}, as does everyone after {@link #close}.
 * Nothing blocks. No memory is allocated per record by the libcrypto engine once warm.
 */
public final class AeadSealer extends AeadDirection {
    private long nextCounter;

    AeadSealer(AeadAlgorithm algorithm, AeadContext context) {
        super(algorithm, context);
    }

    /**
     * Seals {@code buffer[offset, offset + length)} in place under a counter nonce and writes the tag behind it.
     * Position and limit of the buffer play no part but this: the range and the tag must lie below the limit.
     *
     * @param counter unsigned; must be larger than at the last call, and at most 2<sup>64</sup>-2
     * @param aad additional authenticated data, often empty
     * @return {@code length + 16}
     * @throws IllegalArgumentException if the counter was used before, or is 2<sup>64</sup>-1, which is reserved
     * @throws IndexOutOfBoundsException if range and tag do not fit below the limit
     */
    public int seal(long counter, byte[] aad, ByteBuffer buffer, int offset, int length) {
        checkRange(buffer, offset, sealedLength(length));
        enter();
        try {
            claim(counter);
            context.seal(nonce(counter), aad, buffer, offset, length);
            return length + AeadAlgorithm.TAG_LENGTH;
        } finally {
            leave();
        }
    }

    /** As {@link #seal(long, byte[], ByteBuffer, int, int)} with no additional data. */
    public int seal(long counter, ByteBuffer buffer, int offset, int length) {
        return seal(counter, NO_AAD, buffer, offset, length);
    }

    /**
     * As {@link #seal(long, byte[], ByteBuffer, int, int)} under a nonce of 12 bytes. The caller answers for never
     * using a nonce twice under one key, counter nonces included.
     *
     * @throws IllegalArgumentException if the nonce is not 12 bytes long
     */
    public int seal(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
        checkRange(buffer, offset, sealedLength(length));
        checkedNonce(nonce);
        enter();
        try {
            context.seal(nonce, aad, buffer, offset, length);
            return length + AeadAlgorithm.TAG_LENGTH;
        } finally {
            leave();
        }
    }

    /** Seals a copy of {@code plaintext} under a counter nonce; the result is 16 bytes longer. */
    public byte[] seal(long counter, byte[] aad, byte[] plaintext) {
        byte[] sealed = Arrays.copyOf(plaintext, sealedLength(plaintext.length));
        seal(counter, aad, ByteBuffer.wrap(sealed), 0, plaintext.length);
        return sealed;
    }

    private void claim(long counter) {
        if (counter == -1L) {
            throw new IllegalArgumentException("AEAD counter 2^64-1 is reserved: the key is exhausted");
        }
        if (Long.compareUnsigned(counter, nextCounter) < 0) {
            throw new IllegalArgumentException("AEAD counter " + Long.toUnsignedString(counter) + " is not above "
                    + Long.toUnsignedString(nextCounter - 1));
        }
        nextCounter = counter + 1;
    }

    private static int sealedLength(int length) {
        if (length < 0 || length > Integer.MAX_VALUE - AeadAlgorithm.TAG_LENGTH) {
            throw new IndexOutOfBoundsException("AEAD plaintext of " + length + " bytes");
        }
        return length + AeadAlgorithm.TAG_LENGTH;
    }
}
