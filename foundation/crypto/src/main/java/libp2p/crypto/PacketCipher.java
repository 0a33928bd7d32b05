package libp2p.crypto;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.Objects;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.PacketContext;

/**
 * One direction of packet protection under one key (RFC 9001, section 5.3). The header that is authenticated lies in
 * the same buffer as the packet, and the nonce follows from the packet number.
 *
 * <p>Not thread-safe: one thread at a time, {@link #close} included, which the lock of a connection sees to. Every
 * range is checked before it reaches an engine, some of which take lengths on trust. Direct buffers are the faster
 * ones.
 */
public final class PacketCipher implements AutoCloseable {
    /** Length of a tag in bytes. */
    public static final int TAG_LENGTH = AeadAlgorithm.TAG_LENGTH;

    private final PacketContext context;
    private boolean closed;

    PacketCipher(PacketContext context) {
        this.context = context;
    }

    /**
     * Encrypts {@code buffer[offset, offset + length)} in place and writes the tag behind it. The caller answers for
     * never using a packet number twice.
     *
     * @throws IndexOutOfBoundsException if a range, with the tag, does not lie below the limit
     */
    public void seal(long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length) {
        check(buffer, aadOffset, aadLength, offset, length);
        context.seal(number, buffer, aadOffset, aadLength, offset, length);
    }

    /**
     * Encrypts {@code source[from, from + length)} to {@code buffer[offset, offset + length)} and writes the tag behind
     * it; else as {@link #seal(long, ByteBuffer, int, int, int, int)}.
     *
     * @throws IndexOutOfBoundsException if a range, with the tag, does not lie below the limit, or in the source
     */
    public void seal(
            long number,
            byte[] source,
            int from,
            ByteBuffer buffer,
            int aadOffset,
            int aadLength,
            int offset,
            int length) {
        check(buffer, aadOffset, aadLength, offset, length);
        Objects.checkFromIndexSize(from, length, source.length);
        context.seal(number, source, from, buffer, aadOffset, aadLength, offset, length);
    }

    /**
     * Opens {@code buffer[offset, offset + length)}, which is ciphertext and tag, to the start of {@code target}. The
     * bytes of the range are lost.
     *
     * @return the length of the plaintext, or -1 if the packet is not authentic or too short; then the target is zero
     *     as far as plaintext would have reached
     * @throws IndexOutOfBoundsException if a range does not lie below the limit, or the target is too short
     */
    public int open(
            long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length, byte[] target) {
        int plain = length - TAG_LENGTH;
        if (plain < 0) {
            return -1;
        }
        check(buffer, aadOffset, aadLength, offset, plain);
        Objects.checkFromIndexSize(0, plain, target.length);
        boolean authentic = false;
        try {
            authentic = context.open(number, buffer, aadOffset, aadLength, offset, plain, target);
        } finally {
            if (!authentic) {
                Arrays.fill(target, 0, plain, (byte) 0);
            }
        }
        return authentic ? plain : -1;
    }

    private void check(ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length) {
        if (closed) {
            throw new IllegalStateException("packet cipher is closed");
        }
        if (buffer.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (length < 0 || length > Integer.MAX_VALUE - TAG_LENGTH) {
            throw new IndexOutOfBoundsException("a packet of " + length + " bytes");
        }
        Objects.checkFromIndexSize(aadOffset, aadLength, buffer.limit());
        Objects.checkFromIndexSize(offset, length + TAG_LENGTH, buffer.limit());
    }

    /** Wipes the key; idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.free();
        }
    }
}
