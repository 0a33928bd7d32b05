package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.EngineUnavailableException;

/** Ed25519 of libcrypto. */
public final class LibcryptoEd25519 implements Ed25519Engine {
    private static final int SIGNATURE_LENGTH = 64;

    /** Binds the functions(). */
    public LibcryptoEd25519() throws EngineUnavailableException {
        KeyFunctions.LOADED.get();
    }

    @Override
    public byte[] publicKey(byte[] seed) {
        return functions().publicHalf(KeyFunctions.ED25519, seed);
    }

    @Override
    public byte[] sign(byte[] seed, byte[] publicKey, byte[] message) {
        MemorySegment key = NULL;
        MemorySegment context = NULL;
        try (Scratch scratch = new Scratch(192 + KeyPairImport.SCRATCH + message.length)) {
            try {
                key = functions().keyPair(KeyFunctions.ED25519, scratch.copy(seed), scratch.copy(publicKey), scratch);
                context = (MemorySegment) functions().newDigest().invokeExact();
                MemorySegment signature = scratch.allocate(SIGNATURE_LENGTH);
                MemorySegment length = scratch.size(SIGNATURE_LENGTH);
                MemorySegment input = scratch.copy(message);
                if ((int) functions().signInit().invokeExact(context, NULL, NULL, NULL, key) != 1
                        || (int) functions().sign().invokeExact(context, signature, length, input, input.byteSize())
                                != 1) {
                    throw Library.failed("EVP_DigestSign");
                }
                return signature.toArray(JAVA_BYTE);
            } finally {
                functions().freeDigest().invokeExact(context);
                functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        MemorySegment key = NULL;
        MemorySegment context = NULL;
        try (Scratch scratch = new Scratch(128 + message.length)) {
            try {
                key = functions().publicKey(KeyFunctions.ED25519, scratch.copy(publicKey));
                context = (MemorySegment) functions().newDigest().invokeExact();
                MemorySegment input = scratch.copy(message);
                MemorySegment claim = scratch.copy(signature);
                return !key.equals(NULL)
                        && (int) functions().verifyInit().invokeExact(context, NULL, NULL, NULL, key) == 1
                        && (int) functions()
                                        .verify()
                                        .invokeExact(context, claim, claim.byteSize(), input, input.byteSize())
                                == 1;
            } finally {
                functions().freeDigest().invokeExact(context);
                functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static KeyFunctions functions() {
        return KeyFunctions.LOADED.bound();
    }
}
