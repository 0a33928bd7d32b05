package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A context of a provider under one key, with a little native memory for arguments. The library wipes the key when it
 * frees the context, which happens at the latest when this object is collected.
 */
final class ProviderContext {
    private static final ProviderFunctions FUNCTIONS = ProviderFunctions.LOADED.bound();

    /** Address of the context; not to be used after {@link #free}. */
    final long address;
    /** The arguments as a buffer of the processor's byte order, and their address. */
    final ByteBuffer arguments;

    final long argumentsAddress;
    private final Release release;

    @SuppressWarnings("restricted")
    ProviderContext(ProviderCipher cipher, byte[] key, boolean encrypts, int argumentBytes) {
        Arena collected = Arena.ofAuto();
        try {
            address = (long) FUNCTIONS.newContext().invokeExact(cipher.newContext(), cipher.provider());
            if (address == 0) {
                throw Library.failed("a provider's newctx");
            }
            release = new Release(cipher.freeContext(), address, new AtomicBoolean());
            Release cleanup = release;
            MemorySegment memory = collected.allocate(argumentBytes, 8);
            memory.reinterpret(collected, ignored -> cleanup.run());
            arguments = memory.asByteBuffer().order(ByteOrder.nativeOrder());
            argumentsAddress = memory.address();
            MemorySegment init = encrypts ? cipher.encryptInit() : cipher.decryptInit();
            int done = (int) FUNCTIONS
                    .initKey()
                    .invokeExact(init, address, MemorySegment.ofArray(key), (long) key.length, 0L, 0L, 0L);
            if (done != 1) {
                release.run();
                throw Library.failed("a provider's init");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    void free() {
        release.run();
    }

    /** Frees the context once; must not hold the object whose collection triggers it. */
    private record Release(MemorySegment function, long context, AtomicBoolean done) {
        void run() {
            if (done.compareAndSet(false, true)) {
                try {
                    FUNCTIONS.freeContext().invokeExact(function, context);
                } catch (Throwable failure) {
                    throw Library.unexpected(failure);
                }
            }
        }
    }
}
