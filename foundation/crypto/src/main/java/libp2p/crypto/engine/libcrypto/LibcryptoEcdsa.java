package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import libp2p.crypto.engine.EcdsaEngine;
import libp2p.crypto.engine.EngineUnavailableException;
import org.jspecify.annotations.Nullable;

/** ECDSA by libcrypto. It signs over P-256 alone, for which it has code of its own; other curves are slow there. */
public final class LibcryptoEcdsa implements EcdsaEngine {
    /** The identifier of P-256. */
    public static final int P256 = 415;
    /** The identifier of secp256k1. */
    public static final int SECP256K1 = 714;

    private static final int UNCOMPRESSED = 4;
    private static final int POINT_LENGTH = 65;

    private final int curve;
    /** Is never freed, as engines are not; null if this engine does not multiply. */
    private final @Nullable MemorySegment group;

    /** Binds the functions; {@code curve} is one of the identifiers above. */
    public LibcryptoEcdsa(int curve) throws EngineUnavailableException {
        EcFunctions functions = EcFunctions.LOADED.get();
        this.curve = curve;
        group = curve == P256 ? newGroup(functions) : null;
    }

    private static MemorySegment newGroup(EcFunctions functions) {
        try {
            MemorySegment made = (MemorySegment) functions.newGroup().invokeExact(P256);
            if (made.equals(NULL)) {
                throw Library.failed("EC_GROUP_new_by_curve_name");
            }
            return made;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public byte @Nullable [] multiplyBase(byte[] scalar) {
        if (group == null) {
            return null;
        }
        MemorySegment number = NULL;
        MemorySegment point = NULL;
        try (Scratch scratch = new Scratch(32 + POINT_LENGTH)) {
            try {
                number = (MemorySegment) functions().newNumber().invokeExact(scratch.copy(scalar), scalar.length, NULL);
                point = (MemorySegment) functions().newPoint().invokeExact(group);
                MemorySegment encoded = scratch.allocate(POINT_LENGTH);
                if (number.equals(NULL)
                        || point.equals(NULL)
                        || (int) functions().multiply().invokeExact(group, point, number, NULL, NULL, NULL) != 1
                        || (long) functions()
                                        .encodePoint()
                                        .invokeExact(group, point, UNCOMPRESSED, encoded, (long) POINT_LENGTH, NULL)
                                != POINT_LENGTH) {
                    throw Library.failed("EC_POINT_mul");
                }
                return encoded.toArray(JAVA_BYTE);
            } finally {
                functions().wipePoint().invokeExact(point);
                functions().wipeNumber().invokeExact(number);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
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
