package libp2p.crypto;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import libp2p.crypto.algorithm.RandomSource;
import libp2p.crypto.engine.EcdsaEngine;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a 256-bit curve that ECDSA needs besides verification, on BouncyCastle's arithmetic: the one engine
 * that is always there, knows both curves and signs without drawing a nonce.
 */
final class EcCurve {
    static final EcCurve P256 = new EcCurve("secp256r1");
    static final EcCurve SECP256K1 = new EcCurve("secp256k1");

    /** The byte forms of keys on a curve. */
    interface KeyForm {
        byte[] encodePrivate(EcCurve curve, byte[] scalar);

        /** 32 bytes, not yet checked for their range. */
        byte[] decodePrivate(EcCurve curve, byte[] privateKey) throws InvalidKeyException;

        /** Takes an uncompressed point, 65 bytes. */
        byte[] encodePublic(EcCurve curve, byte[] point);

        /** An uncompressed point, 65 bytes, on the curve. */
        byte[] decodePublic(EcCurve curve, byte[] publicKey) throws InvalidKeyException;
    }

    private static final int SCALAR_LENGTH = 32;

    private final String name;
    private final ECDomainParameters domain;
    private final BigInteger halfOrder;

    private EcCurve(String name) {
        X9ECParameters parameters = CustomNamedCurves.getByName(name);
        this.name = name;
        this.domain = new ECDomainParameters(parameters);
        this.halfOrder = domain.getN().shiftRight(1);
    }

    boolean isScalar(BigInteger value) {
        return value.signum() > 0 && value.compareTo(domain.getN()) < 0;
    }

    /** Whether a scalar is not the larger one of it and its negative. */
    boolean isLow(BigInteger scalar) {
        return scalar.compareTo(halfOrder) <= 0;
    }

    byte[] checkedScalar(byte[] scalar) throws InvalidKeyException {
        if (scalar.length != 32) {
            throw new InvalidKeyException(name + " private key of " + scalar.length + " bytes, needs 32");
        }
        if (!isScalar(new BigInteger(1, scalar))) {
            throw new InvalidKeyException(name + " private key out of range");
        }
        return scalar;
    }

    byte[] randomScalar(RandomSource random) {
        byte[] scalar = random.bytes(32);
        while (!isScalar(new BigInteger(1, scalar))) {
            random.nextBytes(scalar);
        }
        return scalar;
    }

    byte[] publicPoint(byte[] scalar) {
        return new FixedPointCombMultiplier()
                .multiply(domain.getG(), new BigInteger(1, scalar))
                .normalize()
                .getEncoded(false);
    }

    /** An uncompressed or compressed point in the other form, checked to be on the curve. */
    byte[] convertPoint(byte[] point, boolean compressed) throws InvalidKeyException {
        try {
            return domain.getCurve().decodePoint(point).getEncoded(compressed);
        } catch (IllegalArgumentException notOnCurve) {
            throw new InvalidKeyException(name + " public key is not a point of the curve", notOnCurve);
        }
    }

    /**
     * Signs a hash of 32 bytes with a nonce that follows from both (RFC 6979); returns r, and the lower value of s.
     *
     * @param engine multiplies the base point if it can, which is most of the work
     */
    BigInteger[] sign(byte[] scalar, byte[] hash, HmacSha256 hmac, EcdsaEngine engine) {
        BigInteger order = domain.getN();
        BigInteger digest = new BigInteger(1, hash);
        byte[] reduced = new byte[SCALAR_LENGTH];
        writeFixed(digest.mod(order), reduced, 0);
        Nonces nonces = new Nonces(hmac, scalar, reduced);
        while (true) {
            byte[] bytes = nonces.next();
            BigInteger nonce = new BigInteger(1, bytes);
            if (!isScalar(nonce)) {
                continue;
            }
            byte[] fast = engine.multiplyBase(bytes);
            byte[] point = fast == null ? publicPoint(bytes) : fast;
            BigInteger r = new BigInteger(1, point, 1, SCALAR_LENGTH).mod(order);
            BigInteger s = BigIntegers.modOddInverse(order, nonce)
                    .multiply(digest.add(new BigInteger(1, scalar).multiply(r)))
                    .mod(order);
            if (r.signum() != 0 && s.signum() != 0) {
                return new BigInteger[] {r, isLow(s) ? s : order.subtract(s)};
            }
        }
    }

    /**
     * The public point that has made a signature of a hash (SEC 1, section 4.1.6), uncompressed; null if there is none.
     *
     * @param id whether the point of the nonce has an odd y, and in the second bit whether its x is r or r plus the order
     */
    byte @Nullable [] recover(byte[] hash, BigInteger r, BigInteger s, int id) {
        BigInteger order = domain.getN();
        BigInteger x = (id & 2) == 0 ? r : r.add(order);
        if (x.compareTo(domain.getCurve().getField().getCharacteristic()) >= 0) {
            return null;
        }
        byte[] compressed = new byte[1 + SCALAR_LENGTH];
        compressed[0] = (byte) (2 + (id & 1));
        writeFixed(x, compressed, 1);
        ECPoint nonce;
        try {
            nonce = domain.getCurve().decodePoint(compressed);
        } catch (IllegalArgumentException notOnCurve) {
            return null;
        }
        BigInteger inverse = BigIntegers.modOddInverse(order, r);
        BigInteger onBase = inverse.multiply(new BigInteger(1, hash)).negate().mod(order);
        BigInteger onNonce = inverse.multiply(s).mod(order);
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(domain.getG(), onBase, nonce, onNonce)
                .normalize();
        return key.isInfinity() ? null : key.getEncoded(false);
    }

    /** Writes a value below 2^256 as 32 bytes, big-endian. */
    static void writeFixed(BigInteger value, byte[] out, int offset) {
        byte[] bytes = value.toByteArray();
        int skip = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, skip, out, offset + 32 - (bytes.length - skip), bytes.length - skip);
    }
}
