package libp2p.crypto;

import java.security.InvalidKeyException;
import java.util.Arrays;
import libp2p.crypto.algorithm.RandomSource;
import libp2p.crypto.engine.Ed25519Engine;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

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

    /** The y of the eight points whose order divides 8: their secret keys are zero, so that they are known. */
    private static final byte[][] SMALL_ORDER = {
        new byte[KEY_LENGTH],
        ONE,
        MINUS_ONE,
        Hex.decode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Hex.decode("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    };

    /** The order of the base point, little-endian. */
    private static final byte[] ORDER = Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    private final Ed25519Engine signing;
    private final Ed25519Engine verifying;
    private final CheckCount checks;

    Ed25519Scheme(Ed25519Engine signing, Ed25519Engine verifying) {
        this(signing, verifying, new CheckCount(0));
    }

    /** @param checks counts those that reach the engine */
    Ed25519Scheme(Ed25519Engine signing, Ed25519Engine verifying, CheckCount checks) {
        this.signing = signing;
        this.verifying = verifying;
        this.checks = checks;
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
        checkPublicKeyBeforeVerifying(publicKey);
        if (!Ed25519.validatePublicKeyPartial(publicKey, 0)) {
            throw new InvalidKeyException("Ed25519 public key is not a point of the curve");
        }
    }

    /** All but whether it is a point of the curve: no engine verifies with what is none. */
    @Override
    public void checkPublicKeyBeforeVerifying(byte[] publicKey) throws InvalidKeyException {
        byte[] y = canonical(publicKey);
        for (byte[] small : SMALL_ORDER) {
            if (Arrays.equals(y, small)) {
                throw new InvalidKeyException("Ed25519 public key of small order, which anyone can sign for");
            }
        }
    }

    /** The y coordinate. */
    private static byte[] canonical(byte[] publicKey) throws InvalidKeyException {
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
        return y;
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_LENGTH || !isBelow(signature, 32, ORDER)) {
            return false;
        }
        try {
            canonical(publicKey); // the rest was checked when it became a key, and no engine verifies with what is no
            // point
        } catch (InvalidKeyException malformed) {
            return false;
        }
        checks.made();
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
