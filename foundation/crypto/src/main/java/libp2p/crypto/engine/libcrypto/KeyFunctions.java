package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;

/** The {@code EVP_PKEY} functions for Curve25519 keys, which are numbers here. Freeing a private key wipes it. */
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
        return new KeyFunctions(
                library.function("EVP_PKEY_new_raw_private_key", 4),
                library.function("EVP_PKEY_new_raw_public_key", 4),
                library.function("EVP_PKEY_get_raw_public_key", 3),
                library.function("EVP_PKEY_free", 1),
                library.function("EVP_PKEY_CTX_new", 2),
                library.function("EVP_PKEY_CTX_free", 1),
                library.function("EVP_PKEY_derive_init", 1),
                library.function("EVP_PKEY_derive_set_peer", 2),
                library.function("EVP_PKEY_derive", 3),
                library.function("EVP_MD_CTX_new", 0),
                library.function("EVP_MD_CTX_free", 1),
                library.function("EVP_DigestSignInit", 5),
                library.function("EVP_DigestSign", 5),
                library.function("EVP_DigestVerifyInit", 5),
                library.function("EVP_DigestVerify", 5));
    }

    long privateKey(int type, MemorySegment bytes) throws Throwable {
        long key = (long) newPrivateKey.invokeExact((long) type, 0L, bytes.address(), bytes.byteSize());
        if (key == 0) {
            throw Library.failed("EVP_PKEY_new_raw_private_key");
        }
        return key;
    }

    /** A private key whose public half is known, or will not be used. */
    long keyPair(int type, MemorySegment privateKey, MemorySegment publicKey, Scratch scratch) throws Throwable {
        KeyPairImport pairs = KeyPairImport.LOADED.functions();
        long key = pairs == null ? 0 : pairs.key(type == X25519 ? "X25519" : "ED25519", privateKey, publicKey, scratch);
        return key == 0 ? privateKey(type, privateKey) : key;
    }

    /** 0 if the bytes are no key. */
    long publicKey(int type, MemorySegment bytes) throws Throwable {
        return (long) newPublicKey.invokeExact((long) type, 0L, bytes.address(), bytes.byteSize());
    }

    /** The public half of a private key of either type. */
    byte[] publicHalf(int type, byte[] privateBytes) {
        try (Scratch scratch = new Scratch(128)) {
            long key = privateKey(type, scratch.copy(privateBytes));
            try {
                MemorySegment out = scratch.allocate(32);
                if ((int) (long) rawPublicKey.invokeExact(key, out.address(), scratch.size(32)) != 1) {
                    throw Library.failed("EVP_PKEY_get_raw_public_key");
                }
                return out.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            } finally {
                long _ = (long) freeKey.invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }
}
