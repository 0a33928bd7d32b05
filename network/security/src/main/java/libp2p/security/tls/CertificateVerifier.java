package libp2p.security.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerReader.DerException;
import libp2p.crypto.DerWriter;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.Certificate.Extension;
import libp2p.security.tls.VerifiedCertificates.Remembered;
import org.jspecify.annotations.Nullable;

/** The rules of the specification (tls, "Peer Authentication"), cheap ones first. */
final class CertificateVerifier {
    private static final byte[] CONTEXT = "libp2p-tls-handshake:".getBytes(StandardCharsets.UTF_8);

    private static final VerifiedCertificates VERIFIED = VerifiedCertificates.shared();

    private CertificateVerifier() {}

    /** @param hostKey identity of the remote */
    record Verified(PublicKey hostKey, byte[] subjectPublicKeyInfo) {}

    static Verified verify(List<byte[]> chain, @Nullable PeerId expectedPeer, Instant now, SecurityLimits limits)
            throws IOException {
        if (chain.size() != 1) {
            throw violation("a chain of " + chain.size() + " certificates, must be 1");
        }
        byte[] der = chain.getFirst();
        if (der.length > limits.certificateBytes()) {
            throw violation(
                    "a certificate of " + der.length + " bytes, more than the limit of " + limits.certificateBytes());
        }
        Verified verified;
        try {
            verified = verify(der, now, limits);
        } catch (DerException malformed) {
            throw violation("malformed certificate: " + malformed.getMessage());
        }
        PeerId peer = verified.hostKey().peerId();
        if (expectedPeer != null && !expectedPeer.equals(peer)) {
            throw new PeerMismatchException(expectedPeer, peer);
        }
        return verified;
    }

    private static Verified verify(byte[] der, Instant now, SecurityLimits limits) throws IOException, DerException {
        byte[] key = VERIFIED.key(der);
        Remembered remembered = key == null ? null : VERIFIED.find(key);
        if (remembered != null) {
            checkValidity(remembered.notBefore(), remembered.notAfter(), now, limits);
            return remembered.verified();
        }
        Certificate certificate = Certificate.parse(der);
        checkValidity(certificate.notBefore(), certificate.notAfter(), now, limits);
        Verified verified = verify(certificate);
        if (key != null) {
            VERIFIED.remember(key, new Remembered(verified, certificate.notBefore(), certificate.notAfter()));
        }
        return verified;
    }

    private static void checkValidity(Instant notBefore, Instant notAfter, Instant now, SecurityLimits limits)
            throws IOException {
        if (now.plus(limits.certificateSkew()).isBefore(notBefore)) {
            throw violation("the certificate is not valid before " + notBefore);
        }
        if (now.minus(limits.certificateSkew()).isAfter(notAfter)) {
            throw violation("the certificate is not valid after " + notAfter);
        }
    }

    private static Verified verify(Certificate certificate) throws IOException, DerException {
        if (certificate.uniqueIds()) {
            throw violation("the certificate has a unique id, which is deprecated");
        }
        Extension identity = null;
        for (Extension extension : certificate.extensions()) {
            if (extension.is(Oid.LIBP2P)) {
                identity = extension;
            } else if (extension.critical()) {
                throw violation("the certificate has a critical extension that is not known");
            }
        }
        if (identity == null) {
            throw violation("the certificate has no libp2p public key extension");
        }
        PublicKey key = signingKey(identity.value(), certificate.subjectPublicKeyInfo());
        if (!SelfSignature.verify(certificate)) {
            throw violation("the certificate is not signed by its own key");
        }
        return new Verified(key, certificate.subjectPublicKeyInfo());
    }

    /** The host key of a SignedKey whose signature is over the key of the certificate. */
    private static PublicKey signingKey(byte[] signedKey, byte[] subjectPublicKeyInfo)
            throws IOException, DerException {
        DerReader outer = new DerReader(signedKey);
        DerReader sequence = outer.enter(DerReader.SEQUENCE);
        outer.expectEnd();
        byte[] encodedKey = sequence.content(DerReader.OCTET_STRING);
        byte[] signature = sequence.content(DerReader.OCTET_STRING);
        sequence.expectEnd();
        PublicKey key;
        try {
            key = PublicKey.fromProtobuf(encodedKey, signedBytes(subjectPublicKeyInfo), signature);
        } catch (MalformedKeyException malformed) {
            throw violation("host key: " + malformed.getMessage());
        }
        if (key == null) {
            throw violation("the host key did not sign the key of the certificate");
        }
        return key;
    }

    /** The bytes that a host key signs. */
    static byte[] signedBytes(byte[] subjectPublicKeyInfo) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(CONTEXT);
        bytes.writeBytes(subjectPublicKeyInfo);
        return bytes.toByteArray();
    }

    /** The value of the libp2p public key extension. */
    static byte[] signedKey(byte[] encodedKey, byte[] signature) {
        return DerWriter.sequence(
                DerWriter.element(DerReader.OCTET_STRING, encodedKey),
                DerWriter.element(DerReader.OCTET_STRING, signature));
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(Tls.PROTOCOL, what);
    }
}
