package libp2p.crypto;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.Arrays;
import libp2p.crypto.DerReader.DerException;

/**
 * The form of P-256 keys: PKIX (RFC 5480) with an uncompressed point, and SEC 1 (RFC 5915) for private keys, which are
 * read as PKCS#8 (RFC 5958) too.
 */
final class PkixKeyForm implements EcCurve.KeyForm {
    private static final byte[] EC_PUBLIC_KEY = Hex.decode("2a8648ce3d0201");
    private static final byte[] P256 = Hex.decode("2a8648ce3d030107");
    private static final byte[] PUBLIC_PREFIX = Hex.decode("3059301306072a8648ce3d020106082a8648ce3d030107034200");
    private static final int POINT_LENGTH = 65;
    private static final int PARAMETERS = 0xa0;
    private static final int PUBLIC_KEY = 0xa1;

    @Override
    public byte[] encodePrivate(EcCurve curve, byte[] scalar) {
        return DerWriter.sequence(
                DerWriter.integer(BigInteger.ONE),
                DerWriter.element(DerReader.OCTET_STRING, scalar),
                DerWriter.element(PARAMETERS, DerWriter.element(DerReader.OBJECT_IDENTIFIER, P256)),
                DerWriter.element(PUBLIC_KEY, DerWriter.bits(curve.publicPoint(scalar))));
    }

    @Override
    public byte[] decodePrivate(EcCurve curve, byte[] privateKey) throws InvalidKeyException {
        try {
            DerReader outer = new DerReader(privateKey);
            DerReader sequence = outer.enter(DerReader.SEQUENCE);
            outer.expectEnd();
            BigInteger version = sequence.unsigned();
            if (version.signum() != 0) {
                return readSec1(curve, version, sequence);
            }
            DerReader algorithm = sequence.enter(DerReader.SEQUENCE);
            algorithm.expect(DerReader.OBJECT_IDENTIFIER, EC_PUBLIC_KEY);
            algorithm.expect(DerReader.OBJECT_IDENTIFIER, P256);
            algorithm.expectEnd();
            DerReader wrapped = sequence.enter(DerReader.OCTET_STRING);
            DerReader inner = wrapped.enter(DerReader.SEQUENCE);
            wrapped.expectEnd();
            return readSec1(curve, inner.unsigned(), inner);
        } catch (DerException malformed) {
            throw new InvalidKeyException("ECDSA private key: " + malformed.getMessage(), malformed);
        }
    }

    private static byte[] readSec1(EcCurve curve, BigInteger version, DerReader sequence)
            throws DerException, InvalidKeyException {
        if (!version.equals(BigInteger.ONE)) {
            throw new DerException("version " + version + " not supported");
        }
        byte[] scalar = curve.checkedScalar(sequence.content(DerReader.OCTET_STRING));
        if (sequence.hasNext(PARAMETERS)) {
            DerReader parameters = sequence.enter(PARAMETERS);
            parameters.expect(DerReader.OBJECT_IDENTIFIER, P256);
            parameters.expectEnd();
        }
        if (sequence.hasNext(PUBLIC_KEY)) {
            DerReader publicKey = sequence.enter(PUBLIC_KEY);
            if (!Arrays.equals(publicKey.bits(), curve.publicPoint(scalar))) {
                throw new InvalidKeyException("ECDSA private key holds a public key that is not its own");
            }
            publicKey.expectEnd();
        }
        sequence.expectEnd();
        return scalar;
    }

    @Override
    public byte[] encodePublic(EcCurve curve, byte[] point) {
        byte[] encoded = Arrays.copyOf(PUBLIC_PREFIX, PUBLIC_PREFIX.length + POINT_LENGTH);
        System.arraycopy(point, 0, encoded, PUBLIC_PREFIX.length, POINT_LENGTH);
        return encoded;
    }

    @Override
    public byte[] decodePublic(EcCurve curve, byte[] publicKey) throws InvalidKeyException {
        int prefix = PUBLIC_PREFIX.length;
        if (publicKey.length != prefix + POINT_LENGTH
                || !Arrays.equals(publicKey, 0, prefix, PUBLIC_PREFIX, 0, prefix)
                || publicKey[prefix] != 4) {
            throw new InvalidKeyException("ECDSA public key is not an uncompressed P-256 point in PKIX form");
        }
        return curve.convertPoint(Arrays.copyOfRange(publicKey, prefix, publicKey.length), false);
    }
}
