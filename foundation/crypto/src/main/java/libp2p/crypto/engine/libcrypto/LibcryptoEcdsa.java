package libp2p.crypto.engine.libcrypto;

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

    private static final long UNCOMPRESSED = 4;
    private static final int POINT_LENGTH = 65;

    private final int curve;
    /** Is never freed, as engines are not; 0 if this engine does not multiply. */
    private final long group;

    /** Binds the functions; {@code curve} is one of the identifiers above. */
    public LibcryptoEcdsa(int curve) throws EngineUnavailableException {
        EcFunctions functions = EcFunctions.LOADED.get();
        this.curve = curve;
        group = curve == P256 ? newGroup(functions) : 0;
    }

    private static long newGroup(EcFunctions functions) {
        try {
            long made = (long) functions.newGroup().invokeExact((long) P256);
            if (made == 0) {
                throw Library.failed("EC_GROUP_new_by_curve_name");
            }
            return made;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public byte @Nullable [] multiplyBase(byte[] scalar) {
        if (group == 0) {
            return null;
        }
        long number = 0;
        long point = 0;
        try (Scratch scratch = new Scratch(32 + POINT_LENGTH)) {
            try {
                number = number(scratch.copy(scalar));
                point = (long) functions().newPoint().invokeExact(group);
                MemorySegment encoded = scratch.allocate(POINT_LENGTH);
                if (number == 0
                        || point == 0
                        || (int) (long) functions().multiply().invokeExact(group, point, number, 0L, 0L, 0L) != 1
                        || (long) functions()
                                        .encodePoint()
                                        .invokeExact(
                                                group, point, UNCOMPRESSED, encoded.address(), encoded.byteSize(), 0L)
                                != POINT_LENGTH) {
                    throw Library.failed("EC_POINT_mul");
                }
                return encoded.toArray(JAVA_BYTE);
            } finally {
                long _ = (long) functions().wipePoint().invokeExact(point);
                long _ = (long) functions().wipeNumber().invokeExact(number);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public boolean verify(byte[] point, byte[] hash, byte[] signature) {
        long key = 0;
        long claim = 0;
        try (Scratch scratch = new Scratch(192)) {
            try {
                key = (long) functions().newKey().invokeExact((long) curve);
                claim = signature(signature, scratch);
                MemorySegment encoded = scratch.copy(point);
                MemorySegment digest = scratch.copy(hash);
                return key != 0
                        && (int) (long) functions()
                                        .setPoint()
                                        .invokeExact(key, encoded.address(), encoded.byteSize(), 0L)
                                == 1
                        && (int) (long) functions()
                                        .verify()
                                        .invokeExact(digest.address(), digest.byteSize(), claim, key)
                                == 1;
            } finally {
                long _ = (long) functions().freeSignature().invokeExact(claim);
                long _ = (long) functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static long number(MemorySegment bytes) throws Throwable {
        return (long) functions().newNumber().invokeExact(bytes.address(), bytes.byteSize(), 0L);
    }

    private static long signature(byte[] rs, Scratch scratch) throws Throwable {
        long r = number(scratch.copy(rs, 0, 32));
        long s = number(scratch.copy(rs, 32, 32));
        long claim = (long) functions().newSignature().invokeExact();
        if ((int) (long) functions().setSignature().invokeExact(claim, r, s) != 1) {
            throw Library.failed("ECDSA_SIG_set0");
        }
        return claim;
    }

    private static EcFunctions functions() {
        return EcFunctions.LOADED.bound();
    }
}
