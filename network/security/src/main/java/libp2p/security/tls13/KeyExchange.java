package libp2p.security.tls13;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;
import libp2p.crypto.SignatureScheme;
import libp2p.crypto.Signer;

/**
 * This side of one key exchange (RFC 8446, 4.2.8.2): X25519, which all peers prefer, or ECDH over P-256, which
 * all have to have (9.1). One thread.
 */
abstract sealed class KeyExchange {
    /** Best first. */
    static final int[] GROUPS = {Extensions.X25519, Extensions.P256};

    private final int group;
    private final byte[] share;

    private KeyExchange(int group, byte[] share) {
        this.group = group;
        this.share = share;
    }

    /** With a fresh key, of one of the {@link #GROUPS}. */
    static KeyExchange create(int group, Environment environment) {
        return group == Extensions.X25519 ? X25519.create(environment) : P256.create(environment);
    }

    final int group() {
        return group;
    }

    /** The key share for the other side. */
    final byte[] share() {
        return share.clone();
    }

    /** The shared secret; the private key is erased. */
    abstract byte[] agree(byte[] remoteShare) throws TlsException;

    private static TlsException malformed(Exception why) {
        return new TlsException(Alert.ILLEGAL_PARAMETER, "key share: " + why.getMessage());
    }

    private static final class X25519 extends KeyExchange {
        private final byte[] privateKey;

        private X25519(byte[] privateKey) {
            super(Extensions.X25519, Crypto.standard().x25519().publicKey(privateKey));
            this.privateKey = privateKey;
        }

        static X25519 create(Environment environment) {
            return new X25519(Crypto.standard().x25519().generatePrivateKey(environment::secureRandom));
        }

        @Override
        byte[] agree(byte[] remoteShare) throws TlsException {
            try {
                return Crypto.standard().x25519().agree(privateKey, remoteShare);
            } catch (InvalidKeyException malformed) {
                throw malformed(malformed);
            } finally {
                Arrays.fill(privateKey, (byte) 0);
            }
        }
    }

    private static final class P256 extends KeyExchange {
        private static final int POINT = 65;
        private static final byte[] ALGORITHM = DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, HexFormat.of().parseHex("2a8648ce3d0201")),
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, HexFormat.of().parseHex("2a8648ce3d030107")));

        private final byte[] privateKey;

        private P256(byte[] point, byte[] privateKey) {
            super(Extensions.P256, point);
            this.privateKey = privateKey;
        }

        static P256 create(Environment environment) {
            SignatureScheme scheme = Crypto.standard().ecdsaP256();
            byte[] secret = scheme.generatePrivateKey(environment::secureRandom);
            try (Signer signer = scheme.signer(secret)) {
                byte[] key = signer.publicKey();
                return new P256(Arrays.copyOfRange(key, key.length - POINT, key.length), secret);
            } catch (InvalidKeyException impossible) {
                throw new IllegalStateException("a fresh P-256 key is malformed", impossible);
            }
        }

        @Override
        byte[] agree(byte[] remoteShare) throws TlsException {
            byte[] encoded = DerWriter.sequence(
                    DerWriter.integer(java.math.BigInteger.ZERO),
                    ALGORITHM,
                    DerWriter.element(DerReader.OCTET_STRING, privateKey));
            try {
                byte[] remote = DerWriter.sequence(ALGORITHM, DerWriter.bits(remoteShare));
                Crypto.standard().ecdsaP256().checkPublicKey(remote); // a point of the curve, uncompressed
                KeyFactory keys = KeyFactory.getInstance("EC");
                PrivateKey own = keys.generatePrivate(new PKCS8EncodedKeySpec(encoded));
                KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
                agreement.init(own);
                agreement.doPhase(keys.generatePublic(new X509EncodedKeySpec(remote)), true);
                return agreement.generateSecret();
            } catch (GeneralSecurityException malformed) {
                throw malformed(malformed);
            } finally {
                Arrays.fill(privateKey, (byte) 0);
                Arrays.fill(encoded, (byte) 0);
            }
        }
    }
}
