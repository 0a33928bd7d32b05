package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * The {@code EVP_CIPHER} functions. Only {@code update} touches much memory, so only it has a form that lets garbage
 * collection go on; the others take heap memory. A record, because the JIT trusts its fields to be constant.
 */
record CipherFunctions(
        MethodHandle newContext,
        MethodHandle freeContext,
        MethodHandle init,
        MethodHandle update,
        MethodHandle updateHeap,
        MethodHandle finish,
        MethodHandle control,
        MemorySegment chacha20Poly1305,
        MemorySegment aes128Gcm,
        MemorySegment aes256Gcm) {

    static final Library.Loaded<CipherFunctions> LOADED = Library.bind(CipherFunctions::bind);

    private static CipherFunctions bind(Library library) throws EngineUnavailableException {
        FunctionDescriptor update = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        return new CipherFunctions(
                library.function("EVP_CIPHER_CTX_new", 0),
                library.function("EVP_CIPHER_CTX_free", 1),
                library.critical(
                        "EVP_CipherInit_ex",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT)),
                library.function("EVP_CipherUpdate", update),
                library.critical("EVP_CipherUpdate", update),
                library.critical("EVP_CipherFinal_ex", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS)),
                library.critical(
                        "EVP_CIPHER_CTX_ctrl", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS)),
                cipher(library, "EVP_chacha20_poly1305"),
                cipher(library, "EVP_aes_128_gcm"),
                cipher(library, "EVP_aes_256_gcm"));
    }

    private static MemorySegment cipher(Library library, String name) throws EngineUnavailableException {
        MethodHandle function = library.function(name, 0);
        try {
            return MemorySegment.ofAddress((long) function.invokeExact());
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    MemorySegment cipher(AeadAlgorithm algorithm) {
        return switch (algorithm) {
            case CHACHA20_POLY1305 -> chacha20Poly1305;
            case AES_128_GCM -> aes128Gcm;
            case AES_256_GCM -> aes256Gcm;
        };
    }
}
