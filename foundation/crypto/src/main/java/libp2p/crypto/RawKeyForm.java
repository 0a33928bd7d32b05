package libp2p.crypto;

import java.security.InvalidKeyException;

/** The form of secp256k1 keys: the bare scalar, and the compressed point of 33 bytes. */
final class RawKeyForm implements EcCurve.KeyForm {
    private static final int COMPRESSED_LENGTH = 33;

    @Override
    public byte[] encodePrivate(EcCurve curve, byte[] scalar) {
        return scalar;
    }

    @Override
    public byte[] decodePrivate(EcCurve curve, byte[] privateKey) {
        return privateKey.clone();
    }

    @Override
    public byte[] encodePublic(EcCurve curve, byte[] point) {
        try {
            return curve.convertPoint(point, true);
        } catch (InvalidKeyException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    @Override
    public byte[] decodePublic(EcCurve curve, byte[] publicKey) throws InvalidKeyException {
        if (publicKey.length != COMPRESSED_LENGTH) {
            throw new InvalidKeyException("secp256k1 public key of " + publicKey.length + " bytes, needs 33");
        }
        return curve.convertPoint(publicKey, false);
    }
}
