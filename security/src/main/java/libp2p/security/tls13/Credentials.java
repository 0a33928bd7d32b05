package libp2p.security.tls13;

import java.io.IOException;
import java.util.List;

/** What a side shows of itself, and how it judges the other. Thread-safe. */
public interface Credentials {
    /** The certificate of this side in DER; its key is on P-256. */
    byte[] certificate();

    /** The ECDSA signature, with SHA-256 and in DER, by the key of the certificate. */
    byte[] sign(byte[] content);

    /**
     * Judges the certificates of the remote, in DER and in the order that it sent; at least one.
     *
     * @return the SubjectPublicKeyInfo of the key that the remote must sign with
     * @throws IOException if they are not good, which ends the handshake
     */
    byte[] verify(List<byte[]> chain) throws IOException;
}
