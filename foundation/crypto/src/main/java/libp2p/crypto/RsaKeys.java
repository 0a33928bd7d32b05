package libp2p.crypto;

import static libp2p.crypto.CryptoLimits.MAX_RSA_BITS;
import static libp2p.crypto.CryptoLimits.MAX_RSA_ENCODED;
import static libp2p.crypto.CryptoLimits.MAX_RSA_EXPONENT_BITS;
import static libp2p.crypto.CryptoLimits.MIN_RSA_BITS;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import libp2p.crypto.DerReader.DerException;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/**
 * Byte forms of RSA keys: PKIX (RFC 3279) for public ones, PKCS#1 (RFC 8017) for private ones, which are read as PKCS#8
 * (RFC 5958) too. Sizes are checked against {@link CryptoLimits} before any arithmetic.
 */
final class RsaKeys {
    private static final byte[] RSA_ENCRYPTION = Hex.decode("2a864886f70d010101");

    private RsaKeys() {}

    static RsaPublicNumbers decodePublic(byte[] encoded) throws InvalidKeyException {
        checkLength(encoded);
        try {
            DerReader outer = new DerReader(encoded);
            DerReader pkix = outer.enter(DerReader.SEQUENCE);
            outer.expectEnd();
            expectAlgorithm(pkix);
            DerReader bits = new DerReader(pkix.bits());
            pkix.expectEnd();
            DerReader key = bits.enter(DerReader.SEQUENCE);
            bits.expectEnd();
            BigInteger modulus = key.unsigned();
            BigInteger exponent = key.unsigned();
            key.expectEnd();
            checkSizes(modulus, exponent);
            return new RsaPublicNumbers(modulus, exponent);
        } catch (DerException malformed) {
            throw new InvalidKeyException("RSA public key: " + malformed.getMessage(), malformed);
        }
    }

    static byte[] encodePublic(BigInteger modulus, BigInteger exponent) {
        byte[] key = DerWriter.sequence(DerWriter.integer(modulus), DerWriter.integer(exponent));
        return DerWriter.sequence(algorithm(), DerWriter.bits(key));
    }

    static RsaPrivateNumbers decodePrivate(byte[] encoded) throws InvalidKeyException {
        checkLength(encoded);
        try {
            DerReader outer = new DerReader(encoded);
            DerReader sequence = outer.enter(DerReader.SEQUENCE);
            outer.expectEnd();
            if (sequence.unsigned().signum() != 0) {
                throw new DerException("only two-prime keys are supported");
            }
            if (!sequence.hasNext(DerReader.SEQUENCE)) {
                return readPkcs1(sequence);
            }
            expectAlgorithm(sequence);
            DerReader wrapped = sequence.enter(DerReader.OCTET_STRING);
            DerReader inner = wrapped.enter(DerReader.SEQUENCE);
            wrapped.expectEnd();
            if (inner.unsigned().signum() != 0) {
                throw new DerException("only two-prime keys are supported");
            }
            return readPkcs1(inner);
        } catch (DerException malformed) {
            throw new InvalidKeyException("RSA private key: " + malformed.getMessage(), malformed);
        }
    }

    static byte[] encodePrivate(RsaPrivateNumbers key) {
        return DerWriter.sequence(
                DerWriter.integer(BigInteger.ZERO),
                DerWriter.integer(key.modulus()),
                DerWriter.integer(key.publicExponent()),
                DerWriter.integer(key.privateExponent()),
                DerWriter.integer(key.p()),
                DerWriter.integer(key.q()),
                DerWriter.integer(key.dp()),
                DerWriter.integer(key.dq()),
                DerWriter.integer(key.qInverse()));
    }

    private static RsaPrivateNumbers readPkcs1(DerReader key) throws DerException, InvalidKeyException {
        BigInteger modulus = key.unsigned();
        BigInteger exponent = key.unsigned();
        checkSizes(modulus, exponent);
        RsaPrivateNumbers numbers = new RsaPrivateNumbers(
                modulus,
                exponent,
                key.unsigned(),
                key.unsigned(),
                key.unsigned(),
                key.unsigned(),
                key.unsigned(),
                key.unsigned());
        key.expectEnd();
        if (!isConsistent(numbers)) {
            throw new InvalidKeyException("RSA private key: its numbers do not belong together");
        }
        return numbers;
    }

    /** A signature made with inconsistent numbers can reveal a factor of the modulus. */
    private static boolean isConsistent(RsaPrivateNumbers key) {
        BigInteger one = BigInteger.ONE;
        if (key.p().compareTo(one) <= 0
                || key.q().compareTo(one) <= 0
                || !key.p().multiply(key.q()).equals(key.modulus())) {
            return false;
        }
        BigInteger p1 = key.p().subtract(one);
        BigInteger q1 = key.q().subtract(one);
        return key.privateExponent().compareTo(key.modulus()) < 0
                && key.privateExponent().mod(p1).equals(key.dp())
                && key.privateExponent().mod(q1).equals(key.dq())
                && key.publicExponent().multiply(key.dp()).mod(p1).equals(one)
                && key.publicExponent().multiply(key.dq()).mod(q1).equals(one)
                && key.qInverse().compareTo(key.p()) < 0
                && key.qInverse().multiply(key.q()).mod(key.p()).equals(one);
    }

    private static void checkSizes(BigInteger modulus, BigInteger exponent) throws InvalidKeyException {
        int bits = modulus.bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new InvalidKeyException(
                    "RSA key of " + bits + " bits, allowed " + MIN_RSA_BITS + ".." + MAX_RSA_BITS);
        }
        if (!modulus.testBit(0)) {
            throw new InvalidKeyException("RSA modulus is even");
        }
        if (exponent.bitLength() > MAX_RSA_EXPONENT_BITS || exponent.bitLength() < 2 || !exponent.testBit(0)) {
            throw new InvalidKeyException("RSA exponent is not an odd number in 3..2^31-1");
        }
    }

    private static void checkLength(byte[] encoded) throws InvalidKeyException {
        if (encoded.length > MAX_RSA_ENCODED) {
            throw new InvalidKeyException(
                    "RSA key encoded in " + encoded.length + " bytes, allowed " + MAX_RSA_ENCODED);
        }
    }

    private static byte[] algorithm() {
        return DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, RSA_ENCRYPTION), DerWriter.element(DerReader.NULL));
    }

    private static void expectAlgorithm(DerReader reader) throws DerException {
        DerReader algorithm = reader.enter(DerReader.SEQUENCE);
        algorithm.expect(DerReader.OBJECT_IDENTIFIER, RSA_ENCRYPTION);
        algorithm.expect(DerReader.NULL, new byte[0]);
        algorithm.expectEnd();
    }
}
