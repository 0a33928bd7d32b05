package libp2p.security.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import libp2p.crypto.Crypto;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerReader.DerException;

/**
 * Checks that a certificate is signed by the key it certifies. ECDSA over P-256 with SHA-256, which everybody uses, goes to
 * the fast engine, other algorithms of today to the JDK; RSA keys have 2048 to 8192 bits; SHA-1 is not taken.
 */
final class SelfSignature {
    private static final List<byte[]> OTHER_ALGORITHMS =
            List.of(Oid.ECDSA_SHA256, Oid.ECDSA_SHA384, Oid.ECDSA_SHA512, Oid.ED25519);
    private static final List<byte[]> RSA_ALGORITHMS =
            List.of(Oid.RSA_SHA256, Oid.RSA_SHA384, Oid.RSA_SHA512, Oid.RSA_PSS);

    private SelfSignature() {}

    static boolean verify(Certificate certificate, byte[] der) throws DerException {
        byte[] algorithm = oid(certificate.signatureAlgorithm());
        byte[] keyInfo = certificate.subjectPublicKeyInfo();
        if (Arrays.equals(algorithm, Oid.ECDSA_SHA256) && isP256(keyInfo)) {
            return Crypto.standard().ecdsaP256().verify(keyInfo, certificate.signed(), certificate.signature());
        }
        if (contains(RSA_ALGORITHMS, algorithm)) {
            return isSoundRsaKey(keyInfo) && verifyByJdk(der);
        }
        return contains(OTHER_ALGORITHMS, algorithm) && !isRsa(keyInfo) && verifyByJdk(der);
    }

    private static byte[] oid(byte[] algorithmIdentifier) throws DerException {
        return new DerReader(algorithmIdentifier).enter(DerReader.SEQUENCE).content(DerReader.OBJECT_IDENTIFIER);
    }

    private static boolean contains(List<byte[]> oids, byte[] oid) {
        return oids.stream().anyMatch(known -> Arrays.equals(known, oid));
    }

    private static boolean isP256(byte[] keyInfo) throws DerException {
        DerReader algorithm = new DerReader(keyInfo).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
        return Arrays.equals(algorithm.content(DerReader.OBJECT_IDENTIFIER), Oid.EC_PUBLIC_KEY)
                && algorithm.hasNext(DerReader.OBJECT_IDENTIFIER)
                && Arrays.equals(algorithm.content(DerReader.OBJECT_IDENTIFIER), Oid.P256);
    }

    private static boolean isRsa(byte[] keyInfo) throws DerException {
        byte[] oid = oid(new DerReader(keyInfo).enter(DerReader.SEQUENCE).whole(DerReader.SEQUENCE));
        return Arrays.equals(oid, Oid.RSA) || Arrays.equals(oid, Oid.RSA_PSS);
    }

    private static boolean isSoundRsaKey(byte[] keyInfo) {
        try {
            Crypto.standard().rsa().checkPublicKey(keyInfo);
            return true;
        } catch (InvalidKeyException unsound) {
            return false;
        }
    }

    private static boolean verifyByJdk(byte[] der) {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException invalid) {
            return false;
        }
    }
}
