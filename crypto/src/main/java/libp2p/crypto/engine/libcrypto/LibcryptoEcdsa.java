package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.MemorySegment;
import libp2p.crypto.engine.EcdsaEngine;
import libp2p.crypto.engine.EngineUnavailableException;

/** Verification of ECDSA by libcrypto. */
public final class LibcryptoEcdsa implements EcdsaEngine {
    /** The identifier of P-256. */
    public static final int P256 = 415;
    /** The identifier of secp256k1. */
    public static final int SECP256K1 = 714;

    private final int curve;

    /** Binds the functions; {@code curve} is one of the identifiers above. */
    public LibcryptoEcdsa(int curve) throws EngineUnavailableException {
        EcFunctions.LOADED.get();
        this.curve = curve;
    }

    @Override
    public boolean verify(byte[] point, byte[] hash, byte[] signature) {
        MemorySegment key = NULL;
        MemorySegment claim = NULL;
        try (Scratch scratch = new Scratch(192)) {
            try {
                key = (MemorySegment) functions().newKey().invokeExact(curve);
                claim = signature(signature, scratch);
                MemorySegment encoded = scratch.copy(point);
                MemorySegment digest = scratch.copy(hash);
                return !key.equals(NULL)
                        && (int) functions().setPoint().invokeExact(key, encoded, encoded.byteSize(), NULL) == 1
                        && (int) functions().verify().invokeExact(digest, hash.length, claim, key) == 1;
            } finally {
                functions().freeSignature().invokeExact(claim);
                functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private MemorySegment signature(byte[] rs, Scratch scratch) throws Throwable {
        MemorySegment r = (MemorySegment) functions().newNumber().invokeExact(scratch.copy(rs, 0, 32), 32, NULL);
        MemorySegment s = (MemorySegment) functions().newNumber().invokeExact(scratch.copy(rs, 32, 32), 32, NULL);
        MemorySegment claim = (MemorySegment) functions().newSignature().invokeExact();
        if ((int) functions().setSignature().invokeExact(claim, r, s) != 1) {
            throw Library.failed("ECDSA_SIG_set0");
        }
        return claim;
    }

    private static EcFunctions functions() {
        return EcFunctions.LOADED.bound();
    }
}
