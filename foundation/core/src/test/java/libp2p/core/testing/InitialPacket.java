package libp2p.core.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A client's Initial packet of QUIC version 1, opened with the keys that any host on the path has (RFC 9001, 5.2), so
 * that it can be sealed again under another destination id; and what an attacker can answer to it.
 */
public final class InitialPacket {
    private static final byte[] SALT = HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
    private static final byte[] RETRY_KEY = HexFormat.of().parseHex("be0c690b9f66575a1d766b54e368c84e");
    private static final byte[] RETRY_NONCE = HexFormat.of().parseHex("461599d35d632bf2239825bb");
    private static final int TAG = 16;
    private static final int NUMBER = 4;

    private final byte[] destination;
    private final byte[] source;
    private final byte[] frames;

    private InitialPacket(byte[] destination, byte[] source, byte[] frames) {
        this.destination = destination;
        this.source = source;
        this.frames = frames;
    }

    private record Keys(byte[] key, byte[] iv, byte[] protection) {
        static Keys of(byte[] destination) throws GeneralSecurityException {
            byte[] client = expand(hmac(SALT, destination), "client in", 32);
            return new Keys(
                    expand(client, "quic key", 16), expand(client, "quic iv", 12), expand(client, "quic hp", 16));
        }

        private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        }

        private static byte[] expand(byte[] secret, String name, int length) throws GeneralSecurityException {
            byte[] label = ("tls13 " + name).getBytes(StandardCharsets.US_ASCII);
            ByteBuffer info = ByteBuffer.allocate(label.length + 5);
            info.putShort((short) length)
                    .put((byte) label.length)
                    .put(label)
                    .put((byte) 0)
                    .put((byte) 1);
            return Arrays.copyOf(hmac(secret, info.array()), length);
        }

        byte[] mask(byte[] packet, int sampleAt) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(protection, "AES"));
            return cipher.doFinal(packet, sampleAt, 16);
        }

        byte[] crypt(int mode, long number, byte[] header, byte[] text) throws GeneralSecurityException {
            ByteBuffer nonce = ByteBuffer.wrap(iv.clone());
            nonce.putLong(4, nonce.getLong(4) ^ number);
            return gcm(mode, key, nonce.array(), header, text);
        }
    }

    private static byte[] gcm(int mode, byte[] key, byte[] nonce, byte[] data, byte[] text)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce));
        cipher.updateAAD(data);
        return cipher.doFinal(text);
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int varint(ByteBuffer in) {
        int first = in.get(in.position()) & 0xff;
        return first < 64 ? in.get() : in.getShort() & 0x3fff;
    }

    /** Opens the first packet of a datagram of a client that begins. */
    public static InitialPacket open(byte[] datagram) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(datagram).position(5);
        byte[] destination = take(in, in.get());
        byte[] source = take(in, in.get());
        take(in, varint(in));
        int length = varint(in);
        int numberAt = in.position();
        Keys keys = Keys.of(destination);
        byte[] mask = keys.mask(datagram, numberAt + 4);
        byte[] packet = Arrays.copyOf(datagram, numberAt + length);
        packet[0] ^= (byte) (mask[0] & 0x0f);
        int size = (packet[0] & 3) + 1;
        long number = 0;
        for (int i = 0; i < size; i++) {
            packet[numberAt + i] ^= mask[1 + i];
            number = number << 8 | (packet[numberAt + i] & 0xff);
        }
        byte[] header = Arrays.copyOf(packet, numberAt + size);
        byte[] sealed = Arrays.copyOfRange(packet, numberAt + size, packet.length);
        return new InitialPacket(destination, source, keys.crypt(Cipher.DECRYPT_MODE, number, header, sealed));
    }

    public byte[] source() {
        return source.clone();
    }

    /** The same packet with other frames. */
    public InitialPacket withFrames(byte... newFrames) {
        return new InitialPacket(destination, source, newFrames);
    }

    /** The same frames in a packet, and a datagram, of another connection. */
    public byte[] seal(byte[] newDestination) throws GeneralSecurityException {
        return seal(newDestination, new byte[0]);
    }

    /** As above, with a token of at most 16,383 bytes. */
    public byte[] seal(byte[] newDestination, byte[] token) throws GeneralSecurityException {
        return seal(newDestination, token, 0);
    }

    /** As above, as the packet of this number. */
    public byte[] seal(byte[] newDestination, byte[] token, int number) throws GeneralSecurityException {
        Keys keys = Keys.of(newDestination);
        ByteBuffer out = ByteBuffer.allocate(2000 + token.length);
        out.put((byte) 0xc3).putInt(1);
        out.put((byte) newDestination.length).put(newDestination);
        out.put((byte) source.length).put(source);
        out.putShort((short) (0x4000 | token.length)).put(token);
        out.putShort((short) (0x4000 | (NUMBER + frames.length + TAG)));
        int numberAt = out.position();
        out.putInt(number);
        byte[] header = Arrays.copyOf(out.array(), out.position());
        out.put(keys.crypt(Cipher.ENCRYPT_MODE, number, header, frames));
        byte[] mask = keys.mask(out.array(), numberAt + 4);
        out.put(0, (byte) (out.get(0) ^ mask[0] & 0x0f));
        for (int i = 0; i < NUMBER; i++) {
            out.put(numberAt + i, (byte) (out.get(numberAt + i) ^ mask[1 + i]));
        }
        return Arrays.copyOf(out.array(), Math.max(1200, out.position()));
    }

    /** A Version Negotiation packet as from the server. */
    public byte[] negotiation(int... versions) {
        ByteBuffer out = ByteBuffer.allocate(100);
        out.put((byte) 0xc0).putInt(0);
        out.put((byte) source.length).put(source);
        out.put((byte) destination.length).put(destination);
        for (int version : versions) {
            out.putInt(version);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A Retry packet as from the server, with a right or a wrong integrity tag. */
    public byte[] retry(byte[] newSource, byte[] token, boolean right) throws GeneralSecurityException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xf0);
        out.writeBytes(new byte[] {0, 0, 0, 1, (byte) source.length});
        out.writeBytes(source);
        out.write(newSource.length);
        out.writeBytes(newSource);
        out.writeBytes(token);
        byte[] pseudo = ByteBuffer.allocate(1 + destination.length + out.size())
                .put((byte) destination.length)
                .put(destination)
                .put(out.toByteArray())
                .array();
        byte[] tag = gcm(Cipher.ENCRYPT_MODE, RETRY_KEY, RETRY_NONCE, pseudo, new byte[0]);
        tag[0] ^= (byte) (right ? 0 : 1);
        out.writeBytes(tag);
        return out.toByteArray();
    }
}
