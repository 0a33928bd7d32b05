package libp2p.security.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import libp2p.crypto.Crypto;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerReader.DerException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a certificate is signed by the key it certifies. {@link Certificate} has read the signed part, the key
 * and the algorithm; no second parser has a say. ECDSA over P-256 with SHA-256, which all peers use, goes to the fast
 * engine, other algorithms of today to the JDK: Ed25519; ECDSA with a hash that is as long as the curve or longer; RSA
 * with keys of 2048 to 8192 bits, padded as in PKCS #1 or PSS, where the mask has the same hash and the salt is as long
 * as the hash. SHA-1 is not taken.
 */
final class SelfSignature {
    private static final int PARAMETER_HASH = 0xa0;
    private static final int PARAMETER_MASK = 0xa1;
    private static final int PARAMETER_SALT = 0xa2;
    private static final int PARAMETER_TRAILER = 0xa3;

    /** A hash function of today. */
    private enum Hash {
        SHA256(256, Oid.SHA256, Oid.RSA_SHA256, Oid.ECDSA_SHA256),
        SHA384(384, Oid.SHA384, Oid.RSA_SHA384, Oid.ECDSA_SHA384),
        SHA512(512, Oid.SHA512, Oid.RSA_SHA512, Oid.ECDSA_SHA512);

        private final int bits;
        private final byte[] oid;
        private final byte[] withRsa;
        private final byte[] withEcdsa;

        Hash(int bits, byte[] oid, byte[] withRsa, byte[] withEcdsa) {
            this.bits = bits;
            this.oid = oid;
            this.withRsa = withRsa;
            this.withEcdsa = withEcdsa;
        }

        static @Nullable Hash of(byte[] oid) {
            for (Hash hash : values()) {
                if (List.of(hash.oid, hash.withRsa, hash.withEcdsa).stream()
                        .anyMatch(known -> Arrays.equals(known, oid))) {
                    return hash;
                }
            }
            return null;
        }
    }

    private SelfSignature() {}

    static boolean verify(Certificate certificate) throws DerException {
        DerReader algorithm = new DerReader(certificate.signatureAlgorithm()).enter(DerReader.SEQUENCE);
        byte[] oid = algorithm.content(DerReader.OBJECT_IDENTIFIER);
        byte[] keyInfo = certificate.subjectPublicKeyInfo();
        if (Arrays.equals(oid, Oid.ED25519)) {
            return algorithm.tag() < 0 && isEd25519(keyInfo) && verify(certificate, "Ed25519", "Ed25519", null);
        }
        if (Arrays.equals(oid, Oid.RSA_PSS)) {
            PSSParameterSpec parameters = pss(algorithm);
            return parameters != null && isSoundRsaKey(keyInfo) && verify(certificate, "RSA", "RSASSA-PSS", parameters);
        }
        Hash hash = Hash.of(oid);
        if (hash == null || Arrays.equals(oid, hash.oid)) {
            return false;
        }
        if (Arrays.equals(oid, hash.withRsa)) {
            return isSoundRsaKey(keyInfo) && verify(certificate, "RSA", hash + "withRSA", null);
        }
        int curve = curve(keyInfo);
        if (curve == 256 && hash == Hash.SHA256) {
            return Crypto.standard().ecdsaP256().verify(keyInfo, certificate.signed(), certificate.signature());
        }
        boolean longEnough = curve > 0 && hash.bits >= Math.min(curve, 512);
        return longEnough && algorithm.tag() < 0 && verify(certificate, "EC", hash + "withECDSA", null);
    }

    private static boolean isEd25519(byte[] keyInfo) throws DerException {
        return Arrays.equals(keyAlgorithm(keyInfo).content(DerReader.OBJECT_IDENTIFIER), Oid.ED25519);
    }

    private static DerReader keyAlgorithm(byte[] keyInfo) throws DerException {
        return new DerReader(keyInfo).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
    }

    /** The size of the curve of a key in bits, or 0 if it is on none of P-256, P-384 and P-521. */
    private static int curve(byte[] keyInfo) throws DerException {
        DerReader algorithm = keyAlgorithm(keyInfo);
        if (!Arrays.equals(algorithm.content(DerReader.OBJECT_IDENTIFIER), Oid.EC_PUBLIC_KEY)
                || !algorithm.hasNext(DerReader.OBJECT_IDENTIFIER)) {
            return 0;
        }
        byte[] curve = algorithm.content(DerReader.OBJECT_IDENTIFIER);
        if (Arrays.equals(curve, Oid.P256)) {
            return 256;
        }
        return Arrays.equals(curve, Oid.P384) ? 384 : Arrays.equals(curve, Oid.P521) ? 521 : 0;
    }

    /** The parameters of RSASSA-PSS (RFC 4055, 3.1), or null if they are not such as TLS 1.3 has. */
    private static @Nullable PSSParameterSpec pss(DerReader algorithm) throws DerException {
        DerReader parameters = algorithm.enter(DerReader.SEQUENCE);
        algorithm.expectEnd();
        if (!parameters.hasNext(PARAMETER_HASH)) {
            return null; // which means SHA-1
        }
        Hash hash = hash(parameters.enter(PARAMETER_HASH));
        DerReader mask = parameters.enter(PARAMETER_MASK).enter(DerReader.SEQUENCE);
        mask.expect(DerReader.OBJECT_IDENTIFIER, Oid.MGF1);
        Hash ofMask = hash(mask);
        BigInteger salt = parameters.enter(PARAMETER_SALT).unsigned();
        if (parameters.hasNext(PARAMETER_TRAILER)) {
            parameters.enter(PARAMETER_TRAILER).expect(DerReader.INTEGER, new byte[] {1});
        }
        parameters.expectEnd();
        if (hash == null || hash != ofMask || !salt.equals(BigInteger.valueOf(hash.bits / 8))) {
            return null;
        }
        String name = "SHA-" + hash.bits;
        return new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), hash.bits / 8, 1);
    }

    private static @Nullable Hash hash(DerReader in) throws DerException {
        DerReader algorithm = in.enter(DerReader.SEQUENCE);
        in.expectEnd();
        byte[] oid = algorithm.content(DerReader.OBJECT_IDENTIFIER);
        Hash hash = Hash.of(oid);
        return hash != null && Arrays.equals(oid, hash.oid) ? hash : null;
    }

    private static boolean isSoundRsaKey(byte[] keyInfo) {
        try {
            Crypto.standard().rsa().checkPublicKey(keyInfo);
            return true;
        } catch (InvalidKeyException unsound) {
            return false;
        }
    }

    private static boolean verify(
            Certificate certificate, String keyType, String algorithm, @Nullable AlgorithmParameterSpec parameters) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            if (parameters != null) {
                signature.setParameter(parameters);
            }
            signature.initVerify(KeyFactory.getInstance(keyType)
                    .generatePublic(new X509EncodedKeySpec(certificate.subjectPublicKeyInfo())));
            signature.update(certificate.signed());
            return signature.verify(certificate.signature());
        } catch (GeneralSecurityException invalid) {
            return false;
        }
    }
}
