package libp2p.crypto.engine.awslc;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * Ed25519 of AWS-LC, which checks a signature in a third of the time that OpenSSL 3.0 takes. The provider is asked
 * through the JCA, as an object and not by its place among the providers of the process: nothing else in the process
 * changes.
 */
public final class AwsLcEd25519 implements Ed25519Engine {
    private static final String ALGORITHM = "EdDSA";

    /** A SubjectPublicKeyInfo (RFC 8410) up to the 32 bytes of the key. */
    private static final byte[] PUBLIC_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };

    /** A PrivateKeyInfo (RFC 8410) up to the 32 bytes of the seed. */
    private static final byte[] PRIVATE_PREFIX = {
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
    };

    private final Corretto corretto = Corretto.load();
    private final Ed25519Engine publicKeys;

    /**
     * Loads the provider, which takes some tenths of a second the first time.
     *
     * @param publicKeys derives public keys, which the provider has no way to
     * @throws EngineUnavailableException if there is no such provider, or it does not work here
     */
    public AwsLcEd25519(Ed25519Engine publicKeys) throws EngineUnavailableException {
        this.publicKeys = publicKeys;
    }

    @Override
    public byte[] publicKey(byte[] seed) {
        return publicKeys.publicKey(seed);
    }

    @Override
    public byte[] sign(byte[] seed, byte[] publicKey, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM, corretto.provider());
            signature.initSign(new Encoded("PKCS#8", PRIVATE_PREFIX, seed));
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the Corretto provider does not sign with Ed25519", missing);
        }
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM, corretto.provider());
            verifier.initVerify(new Encoded("X.509", PUBLIC_PREFIX, publicKey));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (InvalidKeyException | SignatureException invalid) {
            return false;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the Corretto provider does not verify Ed25519", missing);
        }
    }

    /** A key in its standard encoding; the provider translates it. */
    private static final class Encoded implements PublicKey, PrivateKey {
        private static final long serialVersionUID = 1;

        private final String format;
        private final byte[] bytes;

        Encoded(String format, byte[] prefix, byte[] key) {
            this.format = format;
            this.bytes = new byte[prefix.length + key.length];
            System.arraycopy(prefix, 0, bytes, 0, prefix.length);
            System.arraycopy(key, 0, bytes, prefix.length, key.length);
        }

        @Override
        public String getAlgorithm() {
            return ALGORITHM;
        }

        @Override
        public String getFormat() {
            return format;
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }
    }
}
