package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.MaskContext;
import org.jspecify.annotations.Nullable;

/** Header protection: a block of AES, or the key stream of ChaCha20 whose vector is the sample. */
final class LibcryptoMaskContext implements MaskContext {
    private static final PacketFunctions FUNCTIONS = PacketFunctions.LOADED.bound();
    private static final int SAMPLE = 0;
    private static final int MASK = 16;
    private static final int LENGTH = 48;
    private static final int ZEROS = 56;
    private static final int ARGUMENTS = 64;
    private static final int MASK_LENGTH = 8;

    private final CipherContext context;
    private final boolean chacha;
    private @Nullable ByteBuffer lastBuffer;
    private long lastAddress;

    LibcryptoMaskContext(AeadAlgorithm algorithm, byte[] key) {
        chacha = algorithm == AeadAlgorithm.CHACHA20_POLY1305;
        context = new CipherContext(FUNCTIONS.mask(algorithm), key, true, ARGUMENTS);
        context.arguments.order(ByteOrder.LITTLE_ENDIAN);
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
                done = (int) FUNCTIONS.setNonce().invokeExact(context.address, 0L, 0L, 0L, sample, -1);
            }
            long input = chacha ? arguments + ZEROS : sample;
            int length = chacha ? MASK_LENGTH : SAMPLE_LENGTH;
            if (done == 1) {
                done = (int) FUNCTIONS
                        .update()
                        .invokeExact(context.address, arguments + MASK, arguments + LENGTH, input, length);
            }
            if (done != 1) {
                throw Library.failed("EVP_CipherUpdate");
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
