package libp2p.crypto;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import libp2p.crypto.algorithm.RandomSource;
import libp2p.crypto.engine.RandomSourceAdapter;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017) for keys of 2048 to 8192 bits. A signature is verified by comparing its
 * block with the only right one, so there is no parser to fool.
 */
final class RsaScheme implements SignatureScheme {
    private static final int GENERATED_BITS = 2048;

    /** The DER in front of a SHA-256 hash. */
    private static final byte[] DIGEST_INFO = Hex.decode("3031300d060960864801650304020105000420");

    private final Sha256 sha256;
    private final RsaEngine engine;

    RsaScheme(Sha256 sha256, RsaEngine engine) {
        this.sha256 = sha256;
        this.engine = engine;
    }

    @Override
    public byte[] generatePrivateKey(RandomSource random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(
                    new RSAKeyGenParameterSpec(GENERATED_BITS, RSAKeyGenParameterSpec.F4),
                    new RandomSourceAdapter(random));
            RSAPrivateCrtKey key =
                    (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
            return RsaKeys.encodePrivate(new RsaPrivateNumbers(
                    key.getModulus(),
                    key.getPublicExponent(),
                    key.getPrivateExponent(),
                    key.getPrimeP(),
                    key.getPrimeQ(),
                    key.getPrimeExponentP(),
                    key.getPrimeExponentQ(),
                    key.getCrtCoefficient()));
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException missing) {
            throw new IllegalStateException("the JDK has no RSA key generator", missing);
        }
    }

    @Override
    public Signer signer(byte[] privateKey) throws InvalidKeyException {
        RsaPrivateNumbers numbers = RsaKeys.decodePrivate(privateKey);
        byte[] publicKey = RsaKeys.encodePublic(numbers.modulus(), numbers.publicExponent());
        int length = length(numbers.modulus());
        return new SecretSigner(publicKey, message -> engine.privateOperation(numbers, encode(message, length)));
    }

    @Override
    public void checkPublicKey(byte[] publicKey) throws InvalidKeyException {
        RsaKeys.decodePublic(publicKey);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            RsaPublicNumbers key = RsaKeys.decodePublic(publicKey);
            int length = length(key.modulus());
            return signature.length == length
                    && new BigInteger(1, signature).compareTo(key.modulus()) < 0
                    && Arrays.equals(engine.publicOperation(key, signature), encode(message, length));
        } catch (InvalidKeyException malformed) {
            return false;
        }
    }

    /** EMSA-PKCS1-v1_5 (RFC 8017, section 9.2). */
    private byte[] encode(byte[] message, int length) {
        byte[] hash = sha256.hash(message);
        byte[] block = new byte[length];
        int start = length - DIGEST_INFO.length - hash.length;
        Arrays.fill(block, 2, start - 1, (byte) 0xff);
        block[1] = 1;
        System.arraycopy(DIGEST_INFO, 0, block, start, DIGEST_INFO.length);
        System.arraycopy(hash, 0, block, length - hash.length, hash.length);
        return block;
    }

    private static int length(BigInteger modulus) {
        return (modulus.bitLength() + 7) / 8;
    }
}
