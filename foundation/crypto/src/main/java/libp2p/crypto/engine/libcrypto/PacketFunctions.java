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

    static final String AES_128_ECB = "EVP_aes_128_ecb";
    static final String AES_256_ECB = "EVP_aes_256_ecb";
    static final String CHACHA20 = "EVP_chacha20";

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
                library.function("EVP_CIPHER_CTX_new", 0),
                library.function("EVP_CIPHER_CTX_free", 1),
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
                cipher(library, AES_128_ECB),
                cipher(library, AES_256_ECB),
                cipher(library, CHACHA20));
    }

    private static MemorySegment cipher(Library library, String name) throws EngineUnavailableException {
        MethodHandle function = library.function(name, 0);
        try {
            return MemorySegment.ofAddress((long) function.invokeExact());
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
