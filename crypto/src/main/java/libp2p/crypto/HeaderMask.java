package libp2p.crypto;

import java.nio.ByteBuffer;
import java.util.Objects;
import libp2p.crypto.engine.MaskContext;

/** Header protection under one key (RFC 9001, section 5.4). Not thread-safe, as {@link PacketCipher}. */
public final class HeaderMask implements AutoCloseable {
    /** Length of a sample in bytes. */
    public static final int SAMPLE_LENGTH = MaskContext.SAMPLE_LENGTH;

    private final MaskContext context;
    private boolean closed;

    HeaderMask(MaskContext context) {
        this.context = context;
    }

    /**
     * The mask of a sample; its first byte is in the lowest eight bits.
     *
     * @throws IndexOutOfBoundsException if there are not 16 bytes from {@code offset} on
     */
    public long mask(byte[] sample, int offset) {
        Objects.checkFromIndexSize(offset, SAMPLE_LENGTH, sample.length);
        if (closed) {
            throw new IllegalStateException("header protection is closed");
        }
        return context.mask(sample, offset);
    }

    /**
     * The mask of a sample in a buffer, as {@link #mask(byte[], int)} gives it.
     *
     * @param index absolute, where the sample starts
     * @throws IndexOutOfBoundsException if there are not 16 bytes from {@code index} to the limit
     */
    public long mask(ByteBuffer buffer, int index) {
        Objects.checkFromIndexSize(index, SAMPLE_LENGTH, buffer.limit());
        if (closed) {
            throw new IllegalStateException("header protection is closed");
        }
        return context.mask(buffer, index);
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
