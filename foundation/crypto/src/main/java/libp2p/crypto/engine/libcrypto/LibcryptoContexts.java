package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;

/** Makes contexts of the {@code EVP_CIPHER} functions, each an {@code EVP_CIPHER_CTX}. */
final class LibcryptoContexts {
    private static final PacketFunctions FUNCTIONS = PacketFunctions.LOADED.bound();

    private LibcryptoContexts() {}

    static CipherContext of(MemorySegment cipher, byte[] key, boolean encrypts, int argumentBytes) {
        try {
            long address = (long) FUNCTIONS.newContext().invokeExact();
            if (address == 0) {
                throw Library.failed("EVP_CIPHER_CTX_new");
            }
            CipherContext context = new CipherContext(address, () -> free(address), argumentBytes);
            int done = (int)
                    FUNCTIONS.init().invokeExact(address, cipher, 0L, MemorySegment.ofArray(key), 0L, encrypts ? 1 : 0);
            if (done != 1) {
                context.free();
                throw Library.failed("EVP_CipherInit_ex");
            }
            return context;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static void free(long context) {
        try {
            long _ = (long) FUNCTIONS.freeContext().invokeExact(context);
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }
}
