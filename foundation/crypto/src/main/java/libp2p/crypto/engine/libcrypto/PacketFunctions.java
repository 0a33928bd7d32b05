package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * The {@code EVP_CIPHER} functions for packets: short calls with plain addresses, which cost a fifth less than memory
 * segments do. Where heap memory may take part, that argument is a segment.
 */
record PacketFunctions(
        MethodHandle newContext,
        MethodHandle freeContext,
        MethodHandle init,
        MethodHandle setNonce,
        MethodHandle update,
        MethodHandle updateHeap,
        MethodHandle updateToHeap,
        MethodHandle updateFromHeap,
        MethodHandle finish,
        MethodHandle control,
        MemorySegment aes128Ecb,
        MemorySegment aes256Ecb,
        MemorySegment chacha20) {

    static final Library.Loaded<PacketFunctions> LOADED = Library.bind(PacketFunctions::bind);

    private static PacketFunctions bind(Library library) throws EngineUnavailableException {
        FunctionDescriptor nonce =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
        FunctionDescriptor update =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
        FunctionDescriptor updateHeap =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT);
        FunctionDescriptor updateToHeap =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT);
        FunctionDescriptor updateFromHeap =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT);
        return new PacketFunctions(
                library.function("EVP_CIPHER_CTX_new", FunctionDescriptor.of(JAVA_LONG)),
                library.function("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG)),
                library.critical(
                        "EVP_CipherInit_ex",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT)),
                library.quick("EVP_CipherInit_ex", nonce),
                library.quick("EVP_CipherUpdate", update),
                library.critical("EVP_CipherUpdate", updateHeap),
                library.critical("EVP_CipherUpdate", updateToHeap),
                library.critical("EVP_CipherUpdate", updateFromHeap),
                library.quick("EVP_CipherFinal_ex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.quick(
                        "EVP_CIPHER_CTX_ctrl",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG)),
                cipher(library, "EVP_aes_128_ecb"),
                cipher(library, "EVP_aes_256_ecb"),
                cipher(library, "EVP_chacha20"));
    }

    private static MemorySegment cipher(Library library, String name) throws EngineUnavailableException {
        MethodHandle function = library.function(name, FunctionDescriptor.of(ADDRESS));
        try {
            return (MemorySegment) function.invokeExact();
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    /** The cipher whose key stream or block is the mask of an AEAD's packets. */
    MemorySegment mask(AeadAlgorithm algorithm) {
        return switch (algorithm) {
            case CHACHA20_POLY1305 -> chacha20;
            case AES_128_GCM -> aes128Ecb;
            case AES_256_GCM -> aes256Ecb;
        };
    }
}
