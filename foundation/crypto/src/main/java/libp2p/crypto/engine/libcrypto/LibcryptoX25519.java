package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.security.InvalidKeyException;
import libp2p.crypto.engine.EngineUnavailableException;
import libp2p.crypto.engine.X25519Engine;

/** X25519 of libcrypto. */
public final class LibcryptoX25519 implements X25519Engine {
    /** Binds the functions(). */
    public LibcryptoX25519() throws EngineUnavailableException {
        KeyFunctions.LOADED.get();
    }

    @Override
    public byte[] publicKey(byte[] privateKey) {
        return functions().publicHalf(KeyFunctions.X25519, privateKey);
    }

    @Override
    public byte[] agree(byte[] privateKey, byte[] publicKey) throws InvalidKeyException {
        long own = 0;
        long peer = 0;
        long context = 0;
        try (Scratch scratch = new Scratch(128 + KeyPairImport.SCRATCH)) {
            try {
                MemorySegment point = scratch.copy(publicKey);
                peer = functions().publicKey(KeyFunctions.X25519, point);
                // Agreement reads the private half alone, so any point will do for the public one.
                own = functions().keyPair(KeyFunctions.X25519, scratch.copy(privateKey), point, scratch);
                context = (long) functions().newContext().invokeExact(own, 0L);
                return derive(context, peer, scratch);
            } finally {
                long _ = (long) functions().freeContext().invokeExact(context);
                long _ = (long) functions().freeKey().invokeExact(peer);
                long _ = (long) functions().freeKey().invokeExact(own);
            }
        } catch (InvalidKeyException smallOrder) {
            throw smallOrder;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private byte[] derive(long context, long peer, Scratch scratch) throws Throwable {
        if (context == 0 || peer == 0 || (int) (long) functions().deriveInit().invokeExact(context) != 1) {
            throw Library.failed("EVP_PKEY_derive_init");
        }
        MemorySegment secret = scratch.allocate(32);
        if ((int) (long) functions().derivePeer().invokeExact(context, peer) != 1
                || (int) (long) functions().derive().invokeExact(context, secret.address(), scratch.size(32)) != 1) {
            throw new InvalidKeyException("X25519 public key of small order");
        }
        return secret.toArray(JAVA_BYTE);
    }

    private static KeyFunctions functions() {
        return KeyFunctions.LOADED.bound();
    }
}
