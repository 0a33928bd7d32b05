package libp2p.security.tls;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerReader.DerException;
import libp2p.multiformats.Multihash;
import libp2p.security.SecurityLimits;
import libp2p.security.tls13.Credentials;

/**
 * The judgement of a server that is known by the hash of its certificate, as browsers judge it (W3C WebTransport, "verify
 * a certificate hash"): the hash is one of those that are expected, the certificate is valid now and for
 * {@link BrowserCertificate#VALIDITY} at most, and its key is not one of RSA. Who the server is has to be proved otherwise.
 * The client shows no certificate. Thread-safe.
 */
public final class CertHashCredentials implements Credentials {
    private static final String PROTOCOL = "webtransport";

    private final List<Multihash> hashes;
    private final Environment environment;
    private final SecurityLimits limits;

    /** @param hashes of which the certificate has one */
    public CertHashCredentials(List<Multihash> hashes, Environment environment, SecurityLimits limits) {
        this.hashes = List.copyOf(hashes);
        this.environment = environment;
        this.limits = limits;
    }

    @Override
    public byte[] certificate() {
        return new byte[0];
    }

    @Override
    public byte[] sign(byte[] content) {
        throw new IllegalStateException("a client without a certificate signs nothing");
    }

    @Override
    public byte[] verify(List<byte[]> chain) throws IOException {
        byte[] der = chain.getFirst();
        if (der.length > limits.certificateBytes()) {
            throw violation(
                    "a certificate of " + der.length + " bytes, more than the limit of " + limits.certificateBytes());
        }
        if (!hashes.contains(Multihash.sha256(der))) {
            throw violation("the certificate has none of the hashes of the address");
        }
        try {
            Certificate certificate = Certificate.parse(der);
            checkValidity(certificate);
            DerReader key = new DerReader(certificate.subjectPublicKeyInfo());
            byte[] algorithm =
                    key.enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE).content(DerReader.OBJECT_IDENTIFIER);
            if (Arrays.equals(algorithm, Oid.RSA) || Arrays.equals(algorithm, Oid.RSA_PSS)) {
                throw violation("the certificate has a key of RSA");
            }
            return certificate.subjectPublicKeyInfo();
        } catch (DerException malformed) {
            throw violation("malformed certificate: " + malformed.getMessage());
        }
    }

    private void checkValidity(Certificate certificate) throws IOException {
        Instant notBefore = certificate.notBefore();
        Instant notAfter = certificate.notAfter();
        if (notAfter.isAfter(notBefore.plus(BrowserCertificate.VALIDITY))) {
            throw violation("the certificate is valid for more than " + BrowserCertificate.VALIDITY.toDays() + " days");
        }
        Instant now = environment.wallClock();
        if (now.plus(limits.certificateSkew()).isBefore(notBefore)) {
            throw violation("the certificate is not valid before " + notBefore);
        }
        if (now.minus(limits.certificateSkew()).isAfter(notAfter)) {
            throw violation("the certificate is not valid after " + notAfter);
        }
    }

    @Override
    public boolean mutual() {
        return false;
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(PROTOCOL, what);
    }
}
