package libp2p.security.tls13;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import libp2p.crypto.Crypto;

/** Signature schemes (RFC 8446, section 4.2.3): what CertificateVerify may be made with. */
final class SignatureSchemes {
    /** The schemes with which this side signs. */
    static final int ECDSA_P256_SHA256 = 0x0403;

    private static final int RSA_PKCS1_SHA256 = 0x0401;
    private static final int ECDSA_P384_SHA384 = 0x0503;
    private static final int RSA_PSS_SHA256 = 0x0804;
    private static final int RSA_PSS_SHA384 = 0x0805;
    private static final int RSA_PSS_SHA512 = 0x0806;
    private static final int ED25519 = 0x0807;

    private static final int P384_BITS = 384;
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private SignatureSchemes() {}

    /** The value of the extension; PKCS #1 stands for the signatures in certificates alone. */
    static byte[] offered() {
        return Extensions.numbers(
                2,
                ECDSA_P256_SHA256,
                ED25519,
                ECDSA_P384_SHA384,
                RSA_PSS_SHA256,
                RSA_PSS_SHA384,
                RSA_PSS_SHA512,
                RSA_PKCS1_SHA256);
    }

    /**
     * Checks a signature.
     *
     * @param keyInfo SubjectPublicKeyInfo of the certificate
     * @throws TlsException if the scheme was not offered or the signature does not hold
     */
    static void verify(int scheme, byte[] keyInfo, byte[] content, byte[] signature) throws TlsException {
        boolean valid = switch (scheme) {
            case ECDSA_P256_SHA256 -> Crypto.standard().ecdsaP256().verify(keyInfo, content, signature);
            case ED25519 -> verifyEd25519(keyInfo, content, signature);
            case ECDSA_P384_SHA384 -> verifyP384(keyInfo, content, signature);
            case RSA_PSS_SHA256 -> verifyPss("SHA-256", 32, keyInfo, content, signature);
            case RSA_PSS_SHA384 -> verifyPss("SHA-384", 48, keyInfo, content, signature);
            case RSA_PSS_SHA512 -> verifyPss("SHA-512", 64, keyInfo, content, signature);
            default ->
                throw new TlsException(
                        Alert.ILLEGAL_PARAMETER, "the signature scheme 0x%04x was not offered".formatted(scheme));
        };
        if (!valid) {
            throw new TlsException(Alert.DECRYPT_ERROR, "the handshake is not signed by the key of the certificate");
        }
    }

    private static boolean verifyEd25519(byte[] keyInfo, byte[] content, byte[] signature) {
        int prefix = ED25519_PREFIX.length;
        return keyInfo.length == prefix + 32
                && Arrays.equals(keyInfo, 0, prefix, ED25519_PREFIX, 0, prefix)
                && Crypto.standard()
                        .ed25519()
                        .verify(Arrays.copyOfRange(keyInfo, prefix, keyInfo.length), content, signature);
    }

    private static boolean verifyP384(byte[] keyInfo, byte[] content, byte[] signature) {
        try {
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(keyInfo));
            return key instanceof ECPublicKey point
                    && point.getParams().getOrder().bitLength() == P384_BITS
                    && verify(Signature.getInstance("SHA384withECDSA"), key, content, signature);
        } catch (GeneralSecurityException unusable) {
            return false;
        }
    }

    private static boolean verifyPss(String hash, int salt, byte[] keyInfo, byte[] content, byte[] signature) {
        try {
            Crypto.standard().rsa().checkPublicKey(keyInfo); // its size, before anything costs
            PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(keyInfo));
            Signature pss = Signature.getInstance("RSASSA-PSS");
            pss.setParameter(new PSSParameterSpec(
                    hash, "MGF1", new MGF1ParameterSpec(hash), salt, PSSParameterSpec.TRAILER_FIELD_BC));
            return verify(pss, key, content, signature);
        } catch (GeneralSecurityException unusable) {
            return false;
        }
    }

    private static boolean verify(Signature verifier, PublicKey key, byte[] content, byte[] signature)
            throws GeneralSecurityException {
        verifier.initVerify(key);
        verifier.update(content);
        return verifier.verify(signature);
    }
}
