package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An {@code EVP_CIPHER_CTX} under one key, with a little native memory for arguments. The library wipes the key when it
 * frees the context, which happens at the latest when this object is collected.
 */
final class CipherContext {
    private static final PacketFunctions FUNCTIONS = PacketFunctions.LOADED.bound();

    /** Address of the context; not to be used after {@link #free}. */
    final long address;
    /** The arguments as a buffer, and their address. */
    final ByteBuffer arguments;

    final long argumentsAddress;
    private final Release release;

    @SuppressWarnings("restricted")
    CipherContext(MemorySegment cipher, byte[] key, boolean encrypts, int argumentBytes) {
        Arena collected = Arena.ofAuto();
        try {
            address = (long) FUNCTIONS.newContext().invokeExact();
            if (address == 0) {
                throw Library.failed("EVP_CIPHER_CTX_new");
            }
            release = new Release(address, new AtomicBoolean());
            Release cleanup = release;
            MemorySegment arguments = collected.allocate(argumentBytes, 8);
            arguments.reinterpret(collected, ignored -> cleanup.run());
            this.arguments = arguments.asByteBuffer();
            argumentsAddress = arguments.address();
            int done = (int)
                    FUNCTIONS.init().invokeExact(address, cipher, 0L, MemorySegment.ofArray(key), 0L, encrypts ? 1 : 0);
            if (done != 1) {
                release.run();
                throw Library.failed("EVP_CipherInit_ex");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    void free() {
        release.run();
    }

    /** Frees the context once; must not hold the object whose collection triggers it. */
    private record Release(long context, AtomicBoolean done) {
        void run() {
            if (done.compareAndSet(false, true)) {
                try {
                    FUNCTIONS.freeContext().invokeExact(context);
                } catch (Throwable failure) {
                    throw Library.unexpected(failure);
                }
            }
        }
    }
}
