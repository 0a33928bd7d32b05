package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A context of the library under one key, with a little native memory for arguments. The library wipes the key when it frees the
 * context, which happens at the latest when this object is collected.
 */
final class CipherContext {
    /** Address of the context; not to be used after {@link #free}. */
    final long address;
    /** The arguments as a buffer of the processor's byte order, and their address. */
    final ByteBuffer arguments;

    final long argumentsAddress;
    private final Release release;

    /** @param free frees the context; must not hold this object, whose collection triggers it */
    @SuppressWarnings("restricted")
    CipherContext(long address, Runnable free, int argumentBytes) {
        this.address = address;
        release = new Release(free, new AtomicBoolean());
        Arena collected = Arena.ofAuto();
        Release cleanup = release;
        MemorySegment memory = collected.allocate(argumentBytes, 8);
        memory.reinterpret(collected, ignored -> cleanup.run());
        arguments = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        argumentsAddress = memory.address();
    }

    void free() {
        release.run();
    }

    /** Frees the context once. */
    private record Release(Runnable free, AtomicBoolean done) {
        void run() {
            if (done.compareAndSet(false, true)) {
                free.run();
            }
        }
    }
}
