package libp2p.quic.protect;

import java.util.Arrays;
import libp2p.crypto.Crypto;

/**
 * Stateless reset tokens (RFC 9000, section 10.3.2): what a connection id is under a key of the host, so that a host
 * that has forgotten a connection can still end it. The key is for this alone: with one for connection ids too, ids
 * would be tokens. Thread-safe.
 */
public final class ResetTokens {
    /** Bytes of a token (RFC 9000, section 10.3). */
    public static final int LENGTH = 16;

    private final byte[] key;

    /** @param key of 32 bytes */
    public ResetTokens(byte[] key) {
        this.key = key.clone();
    }

    /** The token of an id. */
    public byte[] of(byte[] connectionId) {
        return Arrays.copyOf(Crypto.standard().hmacSha256().mac(key, connectionId), LENGTH);
    }
}
