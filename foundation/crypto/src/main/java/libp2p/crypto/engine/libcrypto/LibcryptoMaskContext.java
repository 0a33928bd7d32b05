package libp2p.crypto.engine.libcrypto;

import libp2p.crypto.algorithm.AeadAlgorithm;

/** Header protection, by the {@code EVP_CIPHER} functions. */
final class LibcryptoMaskContext extends NativeMaskContext {
    private static final PacketFunctions FUNCTIONS = PacketFunctions.LOADED.bound();

    private final long address;

    LibcryptoMaskContext(AeadAlgorithm algorithm, byte[] key) {
        this(LibcryptoContexts.of(FUNCTIONS.mask(algorithm), key, true, ARGUMENTS), algorithm);
    }

    private LibcryptoMaskContext(CipherContext context, AeadAlgorithm algorithm) {
        super(context, algorithm == AeadAlgorithm.CHACHA20_POLY1305);
        address = context.address;
    }

    @Override
    boolean begin(long vector) throws Throwable {
        return (int) FUNCTIONS.setNonce().invokeExact(address, 0L, 0L, 0L, vector, -1) == 1;
    }

    @Override
    boolean update(long output, long input, int length, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.update().invokeExact(address, output, lengthAt, input, length) == 1;
    }
}
