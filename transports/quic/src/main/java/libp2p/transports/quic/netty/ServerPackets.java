package libp2p.transports.quic.netty;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The packets with which a server answers a client of which it keeps nothing. Netty writes them too, but Retry not to a client
 * that has a token of another server, and Version Negotiation not to each version.
 */
final class ServerPackets {
    private static final int LONG_FORM = 0xc0;
    private static final int RETRY = 0xf0;
    private static final int TAG = 16;

    /** Key and nonce of version 1, which everybody knows (RFC 9001, 5.8). */
    private static final byte[] RETRY_KEY = {
        (byte) 0xbe,
        0x0c,
        0x69,
        0x0b,
        (byte) 0x9f,
        0x66,
        0x57,
        0x5a,
        0x1d,
        0x76,
        0x6b,
        0x54,
        (byte) 0xe3,
        0x68,
        (byte) 0xc8,
        0x4e
    };

    private static final byte[] RETRY_NONCE = {
        0x46, 0x15, (byte) 0x99, (byte) 0xd3, 0x5d, 0x63, 0x2b, (byte) 0xf2, 0x23, (byte) 0x98, 0x25, (byte) 0xbb
    };

    private ServerPackets() {}

    /**
     * The packet that asks a client to begin again with a token (RFC 9000, 17.2.5).
     *
     * @param initial of the client
     * @param newId that the client is to use
     */
    static byte[] retry(Header initial, byte[] newId, byte[] token) {
        ByteBuffer original = initial.destination().duplicate();
        ByteBuffer source = initial.source().duplicate();
        int start = 1 + original.remaining();
        int size = 1 + 4 + 1 + source.remaining() + 1 + newId.length + token.length;
        ByteBuffer pseudo = ByteBuffer.allocate(start + size);
        pseudo.put((byte) original.remaining()).put(original);
        pseudo.put((byte) RETRY).putInt(Header.VERSION);
        pseudo.put((byte) source.remaining()).put(source);
        pseudo.put((byte) newId.length).put(newId).put(token);
        ByteBuffer packet = ByteBuffer.allocate(size + TAG).put(pseudo.array(), start, size);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(RETRY_KEY, "AES"),
                    new GCMParameterSpec(8 * TAG, RETRY_NONCE));
            cipher.updateAAD(pseudo.array());
            return packet.put(cipher.doFinal()).array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the JDK has no AES-GCM", impossible);
        }
    }

    /** The packet that tells a client of another version which one is spoken here (RFC 9000, 17.2.1). */
    static byte[] versionNegotiation(Header first) {
        ByteBuffer destination = first.source().duplicate();
        ByteBuffer source = first.destination().duplicate();
        return ByteBuffer.allocate(1 + 4 + 1 + destination.remaining() + 1 + source.remaining() + 4)
                .put((byte) LONG_FORM)
                .putInt(Header.NEGOTIATION)
                .put((byte) destination.remaining())
                .put(destination)
                .put((byte) source.remaining())
                .put(source)
                .putInt(Header.VERSION)
                .array();
    }
}
