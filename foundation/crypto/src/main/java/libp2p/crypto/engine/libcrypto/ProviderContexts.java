package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;

/** Makes contexts that belong to a provider. */
final class ProviderContexts {
    private static final ProviderFunctions FUNCTIONS = ProviderFunctions.LOADED.bound();

    private ProviderContexts() {}

    static CipherContext of(ProviderCipher cipher, byte[] key, boolean encrypts, int argumentBytes) {
        try {
            long address = (long) FUNCTIONS.newContext().invokeExact(cipher.newContext(), cipher.provider());
            if (address == 0) {
                throw Library.failed("a provider's newctx");
            }
            MemorySegment free = cipher.freeContext();
            CipherContext context = new CipherContext(address, () -> free(free, address), argumentBytes);
            MemorySegment init = encrypts ? cipher.encryptInit() : cipher.decryptInit();
            int done = (int) FUNCTIONS
                    .initKey()
                    .invokeExact(init, address, MemorySegment.ofArray(key), (long) key.length, 0L, 0L, 0L);
            if (done != 1) {
                context.free();
                throw Library.failed("a provider's init");
            }
            return context;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static void free(MemorySegment function, long context) {
        try {
            long _ = (long) FUNCTIONS.freeContext().invokeExact(function, context);
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }
}
