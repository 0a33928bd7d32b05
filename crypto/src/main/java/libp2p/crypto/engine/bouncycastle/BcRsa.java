package libp2p.crypto.engine.bouncycastle;

import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.RSADigestSigner;

/** RSA of BouncyCastle. */
public final class BcRsa implements RsaEngine {
    @Override
    public byte[] sign(RsaPrivateNumbers key, byte[] message) {
        RSADigestSigner signer = new RSADigestSigner(new SHA256Digest());
        signer.init(
                true,
                new RSAPrivateCrtKeyParameters(
                        key.modulus(),
                        key.publicExponent(),
                        key.privateExponent(),
                        key.p(),
                        key.q(),
                        key.dp(),
                        key.dq(),
                        key.qInverse()));
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException impossible) {
            throw new IllegalStateException("BouncyCastle refused to sign with RSA", impossible);
        }
    }

    @Override
    public boolean verify(RsaPublicNumbers key, byte[] message, byte[] signature) {
        RSADigestSigner verifier = new RSADigestSigner(new SHA256Digest());
        try {
            verifier.init(false, new RSAKeyParameters(false, key.modulus(), key.exponent()));
        } catch (IllegalArgumentException refusedModulus) {
            return false;
        }
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }
}
