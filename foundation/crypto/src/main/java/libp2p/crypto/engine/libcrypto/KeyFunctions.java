package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;

/** The {@code EVP_PKEY} functions for Curve25519 keys. Freeing a private key wipes it. */
record KeyFunctions(
        MethodHandle newPrivateKey,
        MethodHandle newPublicKey,
        MethodHandle rawPublicKey,
        MethodHandle freeKey,
        MethodHandle newContext,
        MethodHandle freeContext,
        MethodHandle deriveInit,
        MethodHandle derivePeer,
        MethodHandle derive,
        MethodHandle newDigest,
        MethodHandle freeDigest,
        MethodHandle signInit,
        MethodHandle sign,
        MethodHandle verifyInit,
        MethodHandle verify) {

    /** The identifier of X25519 keys. */
    static final int X25519 = 1034;
    /** The identifier of Ed25519 keys. */
    static final int ED25519 = 1087;

    static final Library.Loaded<KeyFunctions> LOADED = Library.bind(KeyFunctions::bind);

    private static KeyFunctions bind(Library library) throws EngineUnavailableException {
        FunctionDescriptor release = FunctionDescriptor.ofVoid(ADDRESS);
        FunctionDescriptor newKey = FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        FunctionDescriptor two = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
        FunctionDescriptor three = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        FunctionDescriptor five = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        return new KeyFunctions(
                library.function("EVP_PKEY_new_raw_private_key", newKey),
                library.function("EVP_PKEY_new_raw_public_key", newKey),
                library.function("EVP_PKEY_get_raw_public_key", three),
                library.function("EVP_PKEY_free", release),
                library.function("EVP_PKEY_CTX_new", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS)),
                library.function("EVP_PKEY_CTX_free", release),
                library.function("EVP_PKEY_derive_init", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                library.function("EVP_PKEY_derive_set_peer", two),
                library.function("EVP_PKEY_derive", three),
                library.function("EVP_MD_CTX_new", FunctionDescriptor.of(ADDRESS)),
                library.function("EVP_MD_CTX_free", release),
                library.function("EVP_DigestSignInit", five),
                library.function(
                        "EVP_DigestSign",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG)),
                library.function("EVP_DigestVerifyInit", five),
                library.function(
                        "EVP_DigestVerify",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)));
    }

    MemorySegment privateKey(int type, MemorySegment bytes) throws Throwable {
        MemorySegment key =
                (MemorySegment) newPrivateKey.invokeExact(type, MemorySegment.NULL, bytes, bytes.byteSize());
        if (key.equals(MemorySegment.NULL)) {
            throw Library.failed("EVP_PKEY_new_raw_private_key");
        }
        return key;
    }

    /** A private key whose public half is known, or will not be used. */
    MemorySegment keyPair(int type, MemorySegment privateKey, MemorySegment publicKey, Scratch scratch)
            throws Throwable {
        KeyPairImport pairs = KeyPairImport.LOADED.functions();
        MemorySegment key = pairs == null
                ? MemorySegment.NULL
                : pairs.key(type == X25519 ? "X25519" : "ED25519", privateKey, publicKey, scratch);
        return key.equals(MemorySegment.NULL) ? privateKey(type, privateKey) : key;
    }

    /** Null pointer if the bytes are no key. */
    MemorySegment publicKey(int type, MemorySegment bytes) throws Throwable {
        return (MemorySegment) newPublicKey.invokeExact(type, MemorySegment.NULL, bytes, bytes.byteSize());
    }

    /** The public half of a private key of either type. */
    byte[] publicHalf(int type, byte[] privateBytes) {
        try (Scratch scratch = new Scratch(128)) {
            MemorySegment key = privateKey(type, scratch.copy(privateBytes));
            try {
                MemorySegment out = scratch.allocate(32);
                if ((int) rawPublicKey.invokeExact(key, out, scratch.size(32)) != 1) {
                    throw Library.failed("EVP_PKEY_get_raw_public_key");
                }
                return out.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            } finally {
                freeKey.invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }
}
