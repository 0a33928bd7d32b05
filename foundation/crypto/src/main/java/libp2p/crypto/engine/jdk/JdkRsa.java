package libp2p.crypto.engine.jdk;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import javax.crypto.Cipher;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/** RSA of the JDK. */
public final class JdkRsa implements RsaEngine {
    /** "Encrypting" with a private key is how the JDK names signing; only that mode checks for faults. */
    @Override
    public byte[] privateOperation(RsaPrivateNumbers key, byte[] block) {
        RSAPrivateCrtKeySpec spec = new RSAPrivateCrtKeySpec(
                key.modulus(),
                key.publicExponent(),
                key.privateExponent(),
                key.p(),
                key.q(),
                key.dp(),
                key.dq(),
                key.qInverse());
        try {
            return process(Cipher.ENCRYPT_MODE, KeyFactory.getInstance("RSA").generatePrivate(spec), block);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("the JDK refused to sign with RSA", refused);
        }
    }

    @Override
    public byte[] publicOperation(RsaPublicNumbers key, byte[] block) {
        RSAPublicKeySpec spec = new RSAPublicKeySpec(key.modulus(), key.exponent());
        try {
            return process(Cipher.DECRYPT_MODE, KeyFactory.getInstance("RSA").generatePublic(spec), block);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("the JDK refused to verify with RSA", refused);
        }
    }

    private static byte[] process(int mode, Key key, byte[] block) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(mode, key);
        return cipher.doFinal(block);
    }
}
