package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.MaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Header protection, by the functions of the provider: a block of AES, or the key stream of ChaCha20 whose vector is the
 * sample.
 */
final class ProviderMaskContext implements MaskContext {
    private static final ProviderFunctions FUNCTIONS = ProviderFunctions.LOADED.bound();
    private static final int SAMPLE = 0;
    private static final int MASK = 16;
    private static final int LENGTH = 48;
    private static final int ZEROS = 56;
    private static final int ARGUMENTS = 64;
    private static final long MASK_LENGTH = 8;

    private final ProviderContext context;
    private final MemorySegment init;
    private final MemorySegment update;
    private final boolean chacha;
    private @Nullable ByteBuffer lastBuffer;
    private long lastAddress;

    ProviderMaskContext(AeadAlgorithm algorithm, byte[] key) {
        chacha = algorithm == AeadAlgorithm.CHACHA20_POLY1305;
        ProviderCipher cipher = FUNCTIONS.mask(algorithm);
        context = new ProviderContext(cipher, key, true, ARGUMENTS);
        context.arguments.order(ByteOrder.LITTLE_ENDIAN);
        init = cipher.encryptInit();
        update = cipher.update();
    }

    @Override
    public long mask(byte[] sample, int offset) {
        context.arguments.put(SAMPLE, sample, offset, SAMPLE_LENGTH);
        return mask(context.argumentsAddress + SAMPLE);
    }

    @Override
    public long mask(ByteBuffer buffer, int index) {
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

    private long mask(long sample) {
        long arguments = context.argumentsAddress;
        try {
            int done = 1;
            if (chacha) {
                done = (int)
                        FUNCTIONS.init().invokeExact(init, context.address, 0L, 0L, sample, (long) SAMPLE_LENGTH, 0L);
            }
            long input = chacha ? arguments + ZEROS : sample;
            long length = chacha ? MASK_LENGTH : SAMPLE_LENGTH;
            if (done == 1) {
                done = (int) FUNCTIONS
                        .update()
                        .invokeExact(
                                update,
                                context.address,
                                arguments + MASK,
                                arguments + LENGTH,
                                2L * SAMPLE_LENGTH,
                                input,
                                length);
            }
            if (done != 1) {
                throw Library.failed("a provider's cipher");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
        return context.arguments.getLong(MASK);
    }

    @Override
    public void free() {
        context.free();
    }
}
