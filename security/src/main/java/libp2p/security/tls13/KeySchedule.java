package libp2p.security.tls13;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.crypto.Crypto;
import libp2p.crypto.HkdfSha256;
import libp2p.crypto.HmacSha256;
import libp2p.crypto.Sha256;

/**
 * The secrets of a handshake without pre-shared key (RFC 8446, section 7.1). They are derived in order: {@link
 * #handshake} and then {@link #application}. One thread.
 */
public final class KeySchedule {
    private static final byte[] NONE = new byte[0];
    private static final byte[] ZEROS = new byte[Sha256.LENGTH];

    private byte[] secret;

    KeySchedule() {
        secret = hkdf().extract(ZEROS, ZEROS);
    }

    /** The secrets of the client's and the server's messages, and what they belong to. */
    record Secrets(byte[] client, byte[] server) {}

    /** @param transcript hash up to and with ServerHello */
    Secrets handshake(byte[] sharedSecret, byte[] transcript) {
        advance(sharedSecret);
        return new Secrets(derive("c hs traffic", transcript), derive("s hs traffic", transcript));
    }

    /** @param transcript hash up to and with the server's Finished */
    Secrets application(byte[] transcript) {
        advance(ZEROS);
        Secrets secrets = new Secrets(derive("c ap traffic", transcript), derive("s ap traffic", transcript));
        Arrays.fill(secret, (byte) 0);
        return secrets;
    }

    private void advance(byte[] inputKey) {
        byte[] salt = derive("derived", Crypto.standard().sha256().hash());
        Arrays.fill(secret, (byte) 0);
        secret = hkdf().extract(salt, inputKey);
        Arrays.fill(salt, (byte) 0);
    }

    private byte[] derive(String label, byte[] transcript) {
        return expandLabel(secret, label, transcript, Sha256.LENGTH);
    }

    /** The secret that follows after a key update. */
    static byte[] next(byte[] trafficSecret) {
        return expandLabel(trafficSecret, "traffic upd", NONE, Sha256.LENGTH);
    }

    /** The verify data of Finished. */
    static byte[] finished(byte[] trafficSecret, byte[] transcript) {
        byte[] key = expandLabel(trafficSecret, "finished", NONE, HmacSha256.LENGTH);
        return Crypto.standard().hmacSha256().mac(key, transcript);
    }

    /** {@code HKDF-Expand-Label}; QUIC derives its keys with it too. */
    public static byte[] expandLabel(byte[] secret, String label, byte[] context, int length) {
        byte[] info = new WireWriter()
                .uint16(length)
                .vector(1, ("tls13 " + label).getBytes(StandardCharsets.US_ASCII))
                .vector(1, context)
                .toByteArray();
        return hkdf().expand(secret, info, length);
    }

    private static HkdfSha256 hkdf() {
        return Crypto.standard().hkdfSha256();
    }
}
