package libp2p.crypto.engine.libcrypto;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;

/**
 * A context of the library under one key, with a little native memory for arguments. The library wipes the key when it
 * frees the context, which happens at the latest when this object is collected.
 */
final class CipherContext {
    private static final ArgumentCells CELLS = new ArgumentCells();
    /** Of the JDK, for contexts that were not freed. */
    private static final Cleaner CLEANER = Cleaner.create();

    /** Address of the context; not to be used after {@link #free}. */
    final long address;
    /** The arguments as a buffer of the processor's byte order, and their address; the same holds for them. */
    final ByteBuffer arguments;

    final long argumentsAddress;
    private final Cleaner.Cleanable release;

    /** @param free frees the context; must not hold this object, whose collection triggers it */
    CipherContext(long address, Runnable free, int argumentBytes) {
        if (argumentBytes > ArgumentCells.SIZE) {
            throw new IllegalArgumentException("arguments of " + argumentBytes + " bytes");
        }
        this.address = address;
        ArgumentCells.Cell cell = CELLS.take();
        arguments = cell.bytes();
        argumentsAddress = cell.address();
        release = CLEANER.register(this, new Release(free, cell));
    }

    /** Idempotent. */
    void free() {
        release.clean();
    }

    /** Frees the context; the cleaner sees to it that this happens once. */
    private record Release(Runnable free, ArgumentCells.Cell arguments) implements Runnable {
        @Override
        public void run() {
            try {
                free.run();
            } finally {
                CELLS.give(arguments);
            }
        }
    }
}
