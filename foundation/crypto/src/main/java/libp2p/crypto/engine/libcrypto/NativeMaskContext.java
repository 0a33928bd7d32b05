package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import libp2p.crypto.engine.MaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Header protection: a block of AES, or the key stream of ChaCha20 whose vector is the sample. The calls of the library
 * are left to those who extend this.
 */
abstract sealed class NativeMaskContext implements MaskContext permits LibcryptoMaskContext, ProviderMaskContext {
    private static final int SAMPLE = 0;
    private static final int MASK = 16;
    private static final int LENGTH = 48;
    private static final int ZEROS = 56;
    private static final int MASK_LENGTH = 8;
    /** Bytes of the arguments. */
    static final int ARGUMENTS = 64;

    private final CipherContext context;
    private final ByteBuffer arguments;
    private final boolean chacha;
    private @Nullable ByteBuffer lastBuffer;
    private long lastAddress;
    private @Nullable ByteBuffer lastMasks;
    private long lastMasksAddress;

    NativeMaskContext(CipherContext context, boolean chacha) {
        this.context = context;
        this.chacha = chacha;
        arguments = context.arguments.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sets the vector at an address; says whether it went well. */
    abstract boolean begin(long vector) throws Throwable;

    /** Writes what the cipher makes of an input; says whether it went well. */
    abstract boolean update(long output, long input, int length, long lengthAt) throws Throwable;

    @Override
    public final long mask(byte[] sample, int offset) {
        arguments.put(SAMPLE, sample, offset, SAMPLE_LENGTH);
        return mask(context.argumentsAddress + SAMPLE);
    }

    @Override
    public final long mask(ByteBuffer buffer, int index) {
        if (!buffer.isDirect()) {
            return MaskContext.super.mask(buffer, index);
        }
        if (buffer != lastBuffer) {
            lastAddress = MemorySegment.ofBuffer(buffer.duplicate().clear()).address();
            lastBuffer = buffer;
        }
        long mask = mask(lastAddress + index);
        Reference.reachabilityFence(buffer);
        return mask;
    }

    /** Blocks of AES of a whole batch are made by one call, in place. */
    @Override
    public final void masks(ByteBuffer buffer, int index, int stride, int count, ByteBuffer masks) {
        if (chacha || !masks.isDirect() || masks.isReadOnly() || masks.order() != ByteOrder.LITTLE_ENDIAN) {
            MaskContext.super.masks(buffer, index, stride, count, masks);
            return;
        }
        for (int i = 0; i < count; i++) {
            masks.put(i * SAMPLE_LENGTH, buffer, index + i * stride, SAMPLE_LENGTH);
        }
        if (masks != lastMasks) {
            lastMasksAddress = MemorySegment.ofBuffer(masks.duplicate().clear()).address();
            lastMasks = masks;
        }
        try {
            int length = count * SAMPLE_LENGTH;
            if (!update(lastMasksAddress, lastMasksAddress, length, context.argumentsAddress + LENGTH)) {
                throw Library.failed("the cipher of a mask");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(masks);
            Reference.reachabilityFence(this);
        }
    }

    private long mask(long sample) {
        long at = context.argumentsAddress;
        try {
            boolean done = chacha
                    ? begin(sample) && update(at + MASK, at + ZEROS, MASK_LENGTH, at + LENGTH)
                    : update(at + MASK, sample, SAMPLE_LENGTH, at + LENGTH);
            if (!done) {
                throw Library.failed("the cipher of a mask");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
        return arguments.getLong(MASK);
    }

    @Override
    public final void free() {
        context.free();
    }
}
