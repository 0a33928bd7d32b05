package libp2p.security.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.Aead;
import libp2p.crypto.AeadOpener;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.Crypto;
import libp2p.crypto.HkdfSha256;
import libp2p.crypto.Sha256;
import libp2p.crypto.algorithm.AeadAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * The chaining key, the transcript hash and the handshake key (Noise revision 34, sections 5.1 and 5.2). One thread at
 * a time; {@link #close} wipes the secrets.
 */
final class SymmetricState implements AutoCloseable {
    private static final byte[] EMPTY = new byte[0];
    private static final int KEY_LENGTH = 32;

    private final Aead aead;
    private final Sha256 sha256;
    private final HkdfSha256 hkdf;
    private byte[] chainingKey;
    private byte[] hash;
    private byte @Nullable [] key;
    private long nonce;

    /** @param protocolName of 32 bytes or fewer in ASCII */
    SymmetricState(Crypto crypto, String protocolName) {
        aead = crypto.chacha20Poly1305();
        sha256 = crypto.sha256();
        hkdf = crypto.hkdfSha256();
        hash = Arrays.copyOf(protocolName.getBytes(StandardCharsets.US_ASCII), Sha256.LENGTH);
        chainingKey = hash.clone();
    }

    void mixKey(byte[] secret) {
        byte[] output = derive(secret);
        chainingKey = Arrays.copyOf(output, KEY_LENGTH);
        key = Arrays.copyOfRange(output, KEY_LENGTH, 2 * KEY_LENGTH);
        nonce = 0;
        Arrays.fill(output, (byte) 0);
    }

    void mixHash(byte[] data) {
        hash = sha256.hash(hash, data);
    }

    byte[] encryptAndHash(byte[] plaintext) {
        byte[] ciphertext = plaintext;
        byte[] current = key;
        if (current != null) {
            try (AeadSealer sealer = aead.sealer(current)) {
                ciphertext = sealer.seal(nonce++, hash, plaintext);
            }
        }
        mixHash(ciphertext);
        return ciphertext;
    }

    /** @throws AEADBadTagException if the ciphertext is not authentic; the state is of no use after that */
    byte[] decryptAndHash(byte[] ciphertext) throws AEADBadTagException {
        byte[] plaintext = ciphertext;
        byte[] current = key;
        if (current != null) {
            try (AeadOpener opener = aead.opener(current)) {
                plaintext = opener.open(nonce, hash, ciphertext);
            }
            nonce++;
        }
        mixHash(ciphertext);
        return plaintext;
    }

    /** Number of bytes by which a ciphertext is now longer than its plaintext. */
    int overhead() {
        return key == null ? 0 : AeadAlgorithm.TAG_LENGTH;
    }

    /** The transcript hash, which both sides share and no third party can have made. */
    byte[] handshakeHash() {
        return hash.clone();
    }

    /** The two transport keys: of the initiator's messages and of the responder's. */
    byte[][] split() {
        byte[] output = derive(EMPTY);
        byte[][] keys = {Arrays.copyOf(output, KEY_LENGTH), Arrays.copyOfRange(output, KEY_LENGTH, 2 * KEY_LENGTH)};
        Arrays.fill(output, (byte) 0);
        return keys;
    }

    private byte[] derive(byte[] secret) {
        byte[] output = hkdf.derive(chainingKey, secret, EMPTY, 2 * KEY_LENGTH);
        wipe();
        return output;
    }

    private void wipe() {
        Arrays.fill(chainingKey, (byte) 0);
        if (key != null) {
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public void close() {
        wipe();
    }
}
