package libp2p.crypto.engine;

import java.nio.ByteBuffer;
import libp2p.crypto.algorithm.AeadAlgorithm;

/**
 * One keyed direction for packets whose nonce is made of an initialisation vector and a packet number. The caller
 * guarantees one thread at a time, nothing after {@link #free}, and ranges inside the buffer and the target.
 */
public interface PacketContext {
    /** Encrypts the range in place and writes the tag into the 16 bytes after it. */
    void seal(long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length);

    /**
     * Encrypts bytes of an array into the range and writes the tag into the 16 bytes after it. Engines of native code
     * read the array, so that its bytes are copied nowhere before.
     */
    default void seal(
            long number,
            byte[] source,
            int from,
            ByteBuffer buffer,
            int aadOffset,
            int aadLength,
            int offset,
            int length) {
        buffer.put(offset, source, from, length);
        seal(number, buffer, aadOffset, aadLength, offset, length);
    }

    /**
     * Decrypts the range to the start of the target and compares the tag in the 16 bytes after the range; false if it
     * does not match. The range may be overwritten; the caller wipes the target after a failure.
     */
    boolean open(long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length, byte[] target);

    /** Wipes the key and releases native memory. Called once. */
    void free();

    /** Over an AEAD that knows only whole nonces and additional data of its own. */
    static PacketContext over(AeadContext context, byte[] vector) {
        byte[] nonce = vector.clone();
        return new PacketContext() {
            @Override
            public void seal(long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length) {
                context.seal(nonce(number), aad(buffer, aadOffset, aadLength), buffer, offset, length);
            }

            @Override
            public boolean open(
                    long number,
                    ByteBuffer buffer,
                    int aadOffset,
                    int aadLength,
                    int offset,
                    int length,
                    byte[] target) {
                boolean authentic =
                        context.open(nonce(number), aad(buffer, aadOffset, aadLength), buffer, offset, length);
                if (authentic) {
                    buffer.get(offset, target, 0, length);
                }
                return authentic;
            }

            private byte[] nonce(long number) {
                for (int i = 0; i < Long.BYTES; i++) {
                    int at = AeadAlgorithm.NONCE_LENGTH - 1 - i;
                    nonce[at] = (byte) (vector[at] ^ number >>> (8 * i));
                }
                return nonce;
            }

            private static byte[] aad(ByteBuffer buffer, int offset, int length) {
                byte[] aad = new byte[length];
                buffer.get(offset, aad);
                return aad;
            }

            @Override
            public void free() {
                context.free();
            }
        };
    }
}
