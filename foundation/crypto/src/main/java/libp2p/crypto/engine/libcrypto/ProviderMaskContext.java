package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import libp2p.crypto.algorithm.AeadAlgorithm;

/** Header protection, by the functions of the provider. */
final class ProviderMaskContext extends NativeMaskContext {
    private static final ProviderFunctions FUNCTIONS = ProviderFunctions.LOADED.bound();

    private final long address;
    private final MemorySegment init;
    private final MemorySegment update;

    ProviderMaskContext(AeadAlgorithm algorithm, byte[] key) {
        this(FUNCTIONS.mask(algorithm), algorithm, key);
    }

    private ProviderMaskContext(ProviderCipher cipher, AeadAlgorithm algorithm, byte[] key) {
        this(ProviderContexts.of(cipher, key, true, ARGUMENTS), cipher, algorithm);
    }

    private ProviderMaskContext(CipherContext context, ProviderCipher cipher, AeadAlgorithm algorithm) {
        super(context, algorithm == AeadAlgorithm.CHACHA20_POLY1305);
        address = context.address;
        init = cipher.encryptInit();
        update = cipher.update();
    }

    @Override
    boolean begin(long vector) throws Throwable {
        return (int) FUNCTIONS.init().invokeExact(init, address, 0L, 0L, vector, (long) SAMPLE_LENGTH, 0L) == 1;
    }

    @Override
    boolean update(long output, long input, int length, long lengthAt) throws Throwable {
        long bytes = length;
        return (int) FUNCTIONS.update().invokeExact(update, address, output, lengthAt, bytes, input, bytes) == 1;
    }
}
