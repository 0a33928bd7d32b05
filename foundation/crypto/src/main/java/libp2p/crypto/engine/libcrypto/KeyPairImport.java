package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
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

    private static final int KEY_PAIR = 0x87;
    private static final int OCTET_STRING = 5;
    /** Of the structure {@code OSSL_PARAM}: name, type, data, size, returned size. */
    private static final int PARAMETER_SIZE = 40;

    private static KeyPairImport bind(Library library) throws EngineUnavailableException {
        return new KeyPairImport(
                library.function(
                        "EVP_PKEY_CTX_new_from_name", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
                library.function("EVP_PKEY_CTX_free", FunctionDescriptor.ofVoid(ADDRESS)),
                library.function("EVP_PKEY_fromdata_init", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                library.function(
                        "EVP_PKEY_fromdata", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS)));
    }

    /** The key, or the null pointer if the library refuses. */
    MemorySegment key(String algorithm, MemorySegment privateKey, MemorySegment publicKey, Scratch scratch)
            throws Throwable {
        MemorySegment parameters = scratch.allocate(3 * PARAMETER_SIZE);
        parameter(parameters, 0, scratch.text("priv"), privateKey);
        parameter(parameters, PARAMETER_SIZE, scratch.text("pub"), publicKey);
        MemorySegment key = scratch.allocate(8);
        MemorySegment context = (MemorySegment) newContext.invokeExact(NULL, scratch.text(algorithm), NULL);
        try {
            boolean done = !context.equals(NULL)
                    && (int) init.invokeExact(context) == 1
                    && (int) importKey.invokeExact(context, key, KEY_PAIR, parameters) == 1;
            return done ? key.get(ADDRESS, 0) : NULL;
        } finally {
            freeContext.invokeExact(context);
        }
    }

    private static void parameter(MemorySegment parameters, long at, MemorySegment name, MemorySegment data) {
        parameters.set(ADDRESS, at, name);
        parameters.set(JAVA_INT, at + 8, OCTET_STRING);
        parameters.set(ADDRESS, at + 16, data);
        parameters.set(JAVA_LONG, at + 24, data.byteSize());
    }
}
