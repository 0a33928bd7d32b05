package libp2p.crypto;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAKeyGenParameterSpec;
import libp2p.crypto.engine.RandomSourceAdapter;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017) for keys of 2048 to 8192 bits. */
final class RsaScheme implements SignatureScheme {
    private static final int GENERATED_BITS = 2048;

    private final RsaEngine engine;

    RsaScheme(RsaEngine engine) {
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
        return new SecretSigner(publicKey, message -> engine.sign(numbers, message));
    }

    @Override
    public void checkPublicKey(byte[] publicKey) throws InvalidKeyException {
        RsaKeys.decodePublic(publicKey);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            RsaPublicNumbers key = RsaKeys.decodePublic(publicKey);
            return signature.length == (key.modulus().bitLength() + 7) / 8
                    && new BigInteger(1, signature).compareTo(key.modulus()) < 0
                    && engine.verify(key, message, signature);
        } catch (InvalidKeyException malformed) {
            return false;
        }
    }
}
