package libp2p.crypto.engine.libcrypto;

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
        long key = 0;
        long context = 0;
        try (Scratch scratch = new Scratch(192 + KeyPairImport.SCRATCH + message.length)) {
            try {
                key = functions().keyPair(KeyFunctions.ED25519, scratch.copy(seed), scratch.copy(publicKey), scratch);
                context = (long) functions().newDigest().invokeExact();
                MemorySegment signature = scratch.allocate(SIGNATURE_LENGTH);
                long length = scratch.size(SIGNATURE_LENGTH);
                MemorySegment input = scratch.copy(message);
                if ((int) (long) functions().signInit().invokeExact(context, 0L, 0L, 0L, key) != 1
                        || (int) (long) functions()
                                        .sign()
                                        .invokeExact(
                                                context, signature.address(), length, input.address(), input.byteSize())
                                != 1) {
                    throw Library.failed("EVP_DigestSign");
                }
                return signature.toArray(JAVA_BYTE);
            } finally {
                long _ = (long) functions().freeDigest().invokeExact(context);
                long _ = (long) functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        long key = 0;
        long context = 0;
        try (Scratch scratch = new Scratch(128 + message.length)) {
            try {
                key = functions().publicKey(KeyFunctions.ED25519, scratch.copy(publicKey));
                context = (long) functions().newDigest().invokeExact();
                MemorySegment input = scratch.copy(message);
                MemorySegment claim = scratch.copy(signature);
                return key != 0
                        && (int) (long) functions().verifyInit().invokeExact(context, 0L, 0L, 0L, key) == 1
                        && (int) (long) functions()
                                        .verify()
                                        .invokeExact(
                                                context,
                                                claim.address(),
                                                claim.byteSize(),
                                                input.address(),
                                                input.byteSize())
                                == 1;
            } finally {
                long _ = (long) functions().freeDigest().invokeExact(context);
                long _ = (long) functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static KeyFunctions functions() {
        return KeyFunctions.LOADED.bound();
    }
}
