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

    /**
     * The masks of samples at equal distances, which costs less than one by one: the mask of the i-th stands in eight
     * bytes of {@code masks} from {@code 16 * i} on, as {@link #mask(ByteBuffer, int)} gives it.
     *
     * @param index absolute, where the first sample starts
     * @param stride bytes from one sample to the next
     * @param masks little-endian; its content is overwritten from the start on
     * @throws IndexOutOfBoundsException if a sample does not lie below the limit, or {@code masks} has not 16 bytes
     *     each
     */
    public void masks(ByteBuffer buffer, int index, int stride, int count, ByteBuffer masks) {
        if (count <= 0) {
            return;
        }
        Objects.checkFromIndexSize(index, SAMPLE_LENGTH, buffer.limit());
        Objects.checkIndex(stride, Integer.MAX_VALUE);
        Objects.checkIndex(index + (count - 1L) * stride, buffer.limit() - SAMPLE_LENGTH + 1L);
        Objects.checkFromIndexSize(0L, (long) count * SAMPLE_LENGTH, masks.limit());
        if (closed) {
            throw new IllegalStateException("header protection is closed");
        }
        context.masks(buffer, index, stride, count, masks);
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
