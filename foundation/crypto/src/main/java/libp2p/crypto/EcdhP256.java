package libp2p.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import libp2p.crypto.algorithm.RandomSource;

/** This side of one Diffie-Hellman exchange over P-256 (NIST SP 800-56A, 5.7.1.2), with a key of its own. One thread. */
public final class EcdhP256 {
    private static final int POINT = 65;
    private static final byte[] ALGORITHM = DerWriter.sequence(
            DerWriter.element(DerReader.OBJECT_IDENTIFIER, HexFormat.of().parseHex("2a8648ce3d0201")),
            DerWriter.element(DerReader.OBJECT_IDENTIFIER, HexFormat.of().parseHex("2a8648ce3d030107")));

    private final byte[] point;
    private final byte[] privateKey;

    private EcdhP256(byte[] point, byte[] privateKey) {
        this.point = point;
        this.privateKey = privateKey;
    }

    /**
     * With a fresh key.
     *
     * @param random of secret bytes
     */
    public static EcdhP256 create(RandomSource random) {
        SignatureScheme scheme = Crypto.standard().ecdsaP256();
        byte[] secret = scheme.generatePrivateKey(random);
        try (Signer signer = scheme.signer(secret)) {
            byte[] key = signer.publicKey();
            return new EcdhP256(Arrays.copyOfRange(key, key.length - POINT, key.length), secret);
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException("a fresh P-256 key is malformed", impossible);
        }
    }

    /** The public point for the other side, uncompressed: 65 bytes (SEC 1, 2.3.3). */
    public byte[] point() {
        return point.clone();
    }

    /**
     * The shared secret: the x coordinate of the shared point, 32 bytes. The private key is erased, so that a second
     * call fails.
     *
     * @param remotePoint of the other side, uncompressed
     * @throws InvalidKeyException if that is no point of the curve
     */
    public byte[] agree(byte[] remotePoint) throws InvalidKeyException {
        byte[] encoded = DerWriter.sequence(
                DerWriter.integer(BigInteger.ZERO), ALGORITHM, DerWriter.element(DerReader.OCTET_STRING, privateKey));
        try {
            byte[] remote = DerWriter.sequence(ALGORITHM, DerWriter.bits(remotePoint));
            Crypto.standard().ecdsaP256().checkPublicKey(remote); // a point of the curve, uncompressed
            KeyFactory keys = KeyFactory.getInstance("EC");
            PrivateKey own = keys.generatePrivate(new PKCS8EncodedKeySpec(encoded));
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(own);
            agreement.doPhase(keys.generatePublic(new X509EncodedKeySpec(remote)), true);
            return agreement.generateSecret();
        } catch (InvalidKeyException malformed) {
            throw malformed;
        } catch (GeneralSecurityException malformed) {
            throw new InvalidKeyException(malformed.getMessage(), malformed);
        } finally {
            Arrays.fill(privateKey, (byte) 0);
            Arrays.fill(encoded, (byte) 0);
        }
    }
}
