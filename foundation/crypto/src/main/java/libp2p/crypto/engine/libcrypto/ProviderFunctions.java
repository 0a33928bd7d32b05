package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * The ciphers of the library's provider, called as the {@code EVP_CIPHER} functions call them (provider-cipher(7)).
 * Those look arguments up by name for every packet, which costs as much as half of the encryption. OpenSSL 3.0 and
 * later have providers. The handles take the address of the function first; in a static final record they are constants
 * to the JIT.
 */
record ProviderFunctions(
        MethodHandle newContext,
        MethodHandle freeContext,
        MethodHandle initKey,
        MethodHandle init,
        MethodHandle update,
        MethodHandle updateHeap,
        MethodHandle updateToHeap,
        MethodHandle updateFromHeap,
        MethodHandle finish,
        MethodHandle parameters,
        MemorySegment tagName,
        ProviderCipher aes128Gcm,
        ProviderCipher aes256Gcm,
        ProviderCipher chacha20Poly1305,
        ProviderCipher aes128Ecb,
        ProviderCipher aes256Ecb,
        ProviderCipher chacha20) {

    static final Library.Loaded<ProviderFunctions> LOADED = Library.bind(ProviderFunctions::bind);

    private static ProviderFunctions bind(Library library) throws EngineUnavailableException {
        FunctionDescriptor initKey =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        FunctionDescriptor init =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        FunctionDescriptor updateHeap =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
        FunctionDescriptor updateToHeap =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        FunctionDescriptor updateFromHeap =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
        return new ProviderFunctions(
                handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG)),
                handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG)),
                handle(initKey, Linker.Option.critical(true)),
                handle(init, Linker.Option.critical(false)),
                handle(init, Linker.Option.critical(false)),
                handle(updateHeap, Linker.Option.critical(true)),
                handle(updateToHeap, Linker.Option.critical(true)),
                handle(updateFromHeap, Linker.Option.critical(true)),
                handle(
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.critical(false)),
                handle(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.critical(false)),
                ProviderCipher.text("tag"),
                ProviderCipher.fetch(library, "AES-128-GCM"),
                ProviderCipher.fetch(library, "AES-256-GCM"),
                ProviderCipher.fetch(library, "ChaCha20-Poly1305"),
                ProviderCipher.fetch(library, "AES-128-ECB"),
                ProviderCipher.fetch(library, "AES-256-ECB"),
                ProviderCipher.fetch(library, "ChaCha20"));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(FunctionDescriptor descriptor, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(descriptor, options);
    }

    ProviderCipher cipher(AeadAlgorithm algorithm) {
        return switch (algorithm) {
            case CHACHA20_POLY1305 -> chacha20Poly1305;
            case AES_128_GCM -> aes128Gcm;
            case AES_256_GCM -> aes256Gcm;
        };
    }

    /** The cipher whose key stream or block is the mask of an AEAD's packets. */
    ProviderCipher mask(AeadAlgorithm algorithm) {
        return switch (algorithm) {
            case CHACHA20_POLY1305 -> chacha20;
            case AES_128_GCM -> aes128Ecb;
            case AES_256_GCM -> aes256Ecb;
        };
    }
}
