package libp2p.crypto.engine.jdk;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/** RSA of the JDK. */
public final class JdkRsa implements RsaEngine {
    @Override
    public byte[] sign(RsaPrivateNumbers key, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(KeyFactory.getInstance("RSA")
                    .generatePrivate(new RSAPrivateCrtKeySpec(
                            key.modulus(),
                            key.publicExponent(),
                            key.privateExponent(),
                            key.p(),
                            key.q(),
                            key.dp(),
                            key.dq(),
                            key.qInverse())));
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("the JDK refused to sign with RSA", refused);
        }
    }

    @Override
    public boolean verify(RsaPublicNumbers key, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(
                    KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(key.modulus(), key.exponent())));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (InvalidKeyException | InvalidKeySpecException | SignatureException invalid) {
            return false;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no RSA", missing);
        }
    }
}
