package libp2p.security.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.crypto.Crypto;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;
import libp2p.crypto.SignatureScheme;
import libp2p.crypto.Signer;
import libp2p.security.SecurityLimits;
import org.jspecify.annotations.Nullable;

/**
 * A self-signed certificate in which a host key vouches for the fresh P-256 key of the certificate (libp2p
 * specification, tls, "Peer Authentication"), for TLS over TCP and for QUIC. It is valid from 1975 to 4096, so that it
 * tells nothing about the clock of its host and no clock refuses it. Immutable and thread-safe.
 */
public final class Libp2pCertificate {
    private static final int SERIAL_BYTES = 8;
    private static final Instant NOT_BEFORE = Instant.parse("1975-01-01T00:00:00Z");
    private static final Instant NOT_AFTER = Instant.parse("4096-01-01T00:00:00Z");

    private final byte[] encoded;
    private final Signer signer;
    private final byte[] encodedPrivateKey;

    private Libp2pCertificate(byte[] encoded, Signer signer, byte[] encodedPrivateKey) {
        this.encoded = encoded;
        this.signer = signer;
        this.encodedPrivateKey = encodedPrivateKey;
    }

    /** Makes a key and a certificate for it; takes about a millisecond, more with an RSA identity. */
    public static Libp2pCertificate create(Identity identity, Environment environment) {
        SignatureScheme p256 = Crypto.standard().ecdsaP256();
        byte[] secret = p256.generatePrivateKey(environment::secureRandom);
        byte[] serial = new byte[SERIAL_BYTES];
        environment.secureRandom(serial);
        try {
            Signer signer = p256.signer(secret);
            byte[] encoded = CertificateWriter.write(
                    signer, new BigInteger(1, serial), NOT_BEFORE, NOT_AFTER, extension(identity, signer.publicKey()));
            byte[] algorithm =
                    DerWriter.sequence(CertificateWriter.oid(Oid.EC_PUBLIC_KEY), CertificateWriter.oid(Oid.P256));
            byte[] pkcs8 = DerWriter.sequence(
                    DerWriter.integer(BigInteger.ZERO), algorithm, DerWriter.element(DerReader.OCTET_STRING, secret));
            return new Libp2pCertificate(encoded, signer, pkcs8);
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException("a fresh P-256 key is malformed", impossible);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** The libp2p public key extension, by which the host key vouches for the key of the certificate. */
    private static byte[] extension(Identity identity, byte[] subjectPublicKeyInfo) {
        byte[] signature = identity.key().sign(CertificateVerifier.signedBytes(subjectPublicKeyInfo));
        byte[] signedKey = CertificateVerifier.signedKey(identity.publicKey().toProtobuf(), signature);
        return DerWriter.sequence(
                CertificateWriter.oid(Oid.LIBP2P), DerWriter.element(DerReader.OCTET_STRING, signedKey));
    }

    /** The certificate in DER. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** The private key of the certificate in PKCS #8, a secret, with which the tests let the TLS of the JDK speak. */
    byte[] encodedPrivateKey() {
        return encodedPrivateKey.clone();
    }

    /** The ECDSA signature, with SHA-256 and in DER, by the key of the certificate. */
    public byte[] sign(byte[] content) {
        return signer.sign(content);
    }

    /**
     * Verifies what a remote has presented: exactly one certificate, within its validity (clocks may differ by
     * {@link SecurityLimits#certificateSkew}), signed by its own key, with a host key that has signed that key, and no critical
     * extension that is not known. That the remote has the private key of the certificate is what the handshake shows.
     *
     * @param chain certificates in DER
     * @param expectedPeer the identity that it must be, or null for any
     * @param now the wall clock
     * @return the host key of the remote
     * @throws libp2p.core.connection.ProtocolViolationException if a rule is broken, saying which
     * @throws libp2p.core.connection.PeerMismatchException if it is another peer
     */
    public static PublicKey verify(
            List<byte[]> chain, @Nullable PeerId expectedPeer, Instant now, SecurityLimits limits) throws IOException {
        return CertificateVerifier.verify(chain, expectedPeer, now, limits).hostKey();
    }

    /**
     * The SubjectPublicKeyInfo of a certificate that {@link #verify} has taken.
     *
     * @throws libp2p.core.connection.ProtocolViolationException if it is malformed
     */
    public static byte[] subjectPublicKeyInfo(byte[] certificate) throws IOException {
        try {
            return Certificate.parse(certificate).subjectPublicKeyInfo();
        } catch (DerReader.DerException malformed) {
            throw new ProtocolViolationException(Tls.PROTOCOL, "malformed certificate: " + malformed.getMessage());
        }
    }
}
