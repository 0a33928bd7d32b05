package libp2p.crypto.engine;

import java.nio.ByteBuffer;

/**
 * One keyed direction. The caller guarantees one thread at a time, nothing after {@link #free}, a nonce of 12 bytes and
 * ranges below the buffer's limit; it wipes what a failed {@link #open} leaves behind.
 */
public interface AeadContext {
    /** Encrypts the range in place and writes the tag into the 16 bytes after it. */
    void seal(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length);

    /** Decrypts the range in place and compares the tag in the 16 bytes after it; false if it does not match. */
    boolean open(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length);

    /** Wipes the key and releases native memory. Called once. */
    void free();
}
