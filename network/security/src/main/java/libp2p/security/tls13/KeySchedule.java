package libp2p.security.tls13;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
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

    /**
     * The salt of the handshake secret: without pre-shared key it is the same in every handshake (RFC 8448, section 3).
     */
    private static final byte[] FIRST_SALT =
            HexFormat.of().parseHex("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba");

    /** Of {@code Derive-Secret} without messages. */
    private static final byte[] HASH_OF_NOTHING =
            HexFormat.of().parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    private byte[] secret = ZEROS;

    /** The secrets of the client's and the server's messages, and what they belong to. */
    record Secrets(byte[] client, byte[] server) {}

    /** @param transcript hash up to and with ServerHello */
    Secrets handshake(byte[] sharedSecret, byte[] transcript) {
        secret = hkdf().extract(FIRST_SALT, sharedSecret);
        return new Secrets(derive("c hs traffic", transcript), derive("s hs traffic", transcript));
    }

    /** @param transcript hash up to and with the server's Finished */
    Secrets application(byte[] transcript) {
        byte[] salt = derive("derived", HASH_OF_NOTHING);
        Arrays.fill(secret, (byte) 0);
        secret = hkdf().extract(salt, ZEROS);
        Arrays.fill(salt, (byte) 0);
        Secrets secrets = new Secrets(derive("c ap traffic", transcript), derive("s ap traffic", transcript));
        Arrays.fill(secret, (byte) 0);
        return secrets;
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
