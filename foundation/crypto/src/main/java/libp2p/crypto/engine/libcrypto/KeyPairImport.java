package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * Imports both halves of a key, which only version 3 can. An import of the private half alone computes the public one,
 * and so costs as much again as the operation that follows.
 */
record KeyPairImport(MethodHandle newContext, MethodHandle freeContext, MethodHandle init, MethodHandle importKey) {
    static final Library.Loaded<KeyPairImport> LOADED = Library.bind(KeyPairImport::bind);

    /** Bytes of scratch that an import takes besides the key itself. */
    static final int SCRATCH = 192;

    private static final long KEY_PAIR = 0x87;
    private static final int OCTET_STRING = 5;
    /** Of the structure {@code OSSL_PARAM}: name, type, data, size, returned size. */
    private static final int PARAMETER_SIZE = 40;

    private static KeyPairImport bind(Library library) throws EngineUnavailableException {
        return new KeyPairImport(
                library.function("EVP_PKEY_CTX_new_from_name", 3),
                library.function("EVP_PKEY_CTX_free", 1),
                library.function("EVP_PKEY_fromdata_init", 1),
                library.function("EVP_PKEY_fromdata", 4));
    }

    /** The key, or 0 if the library refuses. */
    long key(String algorithm, MemorySegment privateKey, MemorySegment publicKey, Scratch scratch) throws Throwable {
        MemorySegment parameters = scratch.allocate(3 * PARAMETER_SIZE);
        parameter(parameters, 0, scratch.text("priv"), privateKey);
        parameter(parameters, PARAMETER_SIZE, scratch.text("pub"), publicKey);
        MemorySegment key = scratch.allocate(8);
        long context = (long) newContext.invokeExact(0L, scratch.text(algorithm).address(), 0L);
        try {
            boolean done = context != 0
                    && (int) (long) init.invokeExact(context) == 1
                    && (int) (long) importKey.invokeExact(context, key.address(), KEY_PAIR, parameters.address()) == 1;
            return done ? key.get(JAVA_LONG, 0) : 0;
        } finally {
            long _ = (long) freeContext.invokeExact(context);
        }
    }

    private static void parameter(MemorySegment parameters, long at, MemorySegment name, MemorySegment data) {
        parameters.set(ADDRESS, at, name);
        parameters.set(JAVA_INT, at + 8, OCTET_STRING);
        parameters.set(ADDRESS, at + 16, data);
        parameters.set(JAVA_LONG, at + 24, data.byteSize());
    }
}
