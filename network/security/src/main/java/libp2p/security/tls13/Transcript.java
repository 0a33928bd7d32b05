package libp2p.security.tls13;

import java.io.ByteArrayOutputStream;
import libp2p.crypto.Crypto;

/**
 * The handshake messages so far, and their hash (RFC 8446, section 4.4.1). They are few and short, so they are kept
 * until the handshake is complete.
 */
final class Transcript {
    private ByteArrayOutputStream messages = new ByteArrayOutputStream();

    void add(byte[] message) {
        messages.writeBytes(message);
    }

    byte[] hash() {
        return Crypto.standard().sha256().hash(messages.toByteArray());
    }

    /** Gives the messages up: the handshake is complete. */
    void forget() {
        messages = new ByteArrayOutputStream(0);
    }

    /** Replaces the first ClientHello by its hash, before a HelloRetryRequest is added. */
    void collapse() {
        byte[] hash = hash();
        messages.reset();
        add(HandshakeType.message(HandshakeType.MESSAGE_HASH, hash));
    }
}
