package libp2p.security.tls13;

import java.io.IOException;
import java.util.List;

/** The certificate and key of one side, and its judgement of the other's. Thread-safe. */
public interface Credentials {
    /** The certificate of this side in DER, whose key is on P-256; a client without one gives an empty array. */
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

    /**
     * Whether both sides must show a certificate, as libp2p has it. Otherwise a server asks for none, and a client goes
     * on with a server that asks for none.
     */
    default boolean mutual() {
        return true;
    }
}
