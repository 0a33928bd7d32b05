package libp2p.crypto;

import java.security.InvalidKeyException;
import java.util.Arrays;
import libp2p.crypto.engine.Ed25519Engine;

/**
 * Ed25519 (RFC 8032). Every engine is asked only about canonical encodings and checks [S]B = R + [k]A
 * without the cofactor, so that all of them, and Go, give the same answer to every input.
 */
final class Ed25519Scheme implements SignatureScheme {
    static final int KEY_LENGTH = 32;
    static final int SIGNATURE_LENGTH = 64;

    /** The field prime 2^255-19, little-endian. */
    private static final byte[] PRIME = Hex.decode("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    private static final byte[] ONE = Hex.decode("0100000000000000000000000000000000000000000000000000000000000000");
    private static final byte[] MINUS_ONE =
            Hex.decode("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    /** The order of the base point, little-endian. */
    private static final byte[] ORDER = Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    private final Ed25519Engine signing;
    private final Ed25519Engine verifying;

    Ed25519Scheme(Ed25519Engine signing, Ed25519Engine verifying) {
        this.signing = signing;
        this.verifying = verifying;
    }

    @Override
    public byte[] generatePrivateKey(RandomSource random) {
        return random.bytes(KEY_LENGTH);
    }

    @Override
    public Signer signer(byte[] privateKey) throws InvalidKeyException {
        if (privateKey.length != KEY_LENGTH) {
            throw new InvalidKeyException("Ed25519 private key of " + privateKey.length + " bytes, needs 32");
        }
        byte[] seed = privateKey.clone();
        byte[] publicKey = signing.publicKey(seed);
        return new SecretSigner(publicKey, message -> signing.sign(seed, publicKey, message), seed);
    }

    @Override
    public void checkPublicKey(byte[] publicKey) throws InvalidKeyException {
        if (publicKey.length != KEY_LENGTH) {
            throw new InvalidKeyException("Ed25519 public key of " + publicKey.length + " bytes, needs 32");
        }
        byte[] y = publicKey.clone();
        y[31] &= 0x7f;
        boolean xIsNegative = publicKey[31] < 0;
        boolean xIsZero = Arrays.equals(y, ONE) || Arrays.equals(y, MINUS_ONE);
        if (!isBelow(y, 0, PRIME) || (xIsNegative && xIsZero)) {
            throw new InvalidKeyException("Ed25519 public key is not in canonical form");
        }
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_LENGTH || !isBelow(signature, 32, ORDER)) {
            return false;
        }
        try {
            checkPublicKey(publicKey);
        } catch (InvalidKeyException malformed) {
            return false;
        }
        return verifying.verify(publicKey, message, signature);
    }

    private static boolean isBelow(byte[] bytes, int offset, byte[] bound) {
        for (int i = 31; i >= 0; i--) {
            int difference = (bytes[offset + i] & 0xff) - (bound[i] & 0xff);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }
}
