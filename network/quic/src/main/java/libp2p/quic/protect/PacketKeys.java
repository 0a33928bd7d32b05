package libp2p.quic.protect;

import java.nio.ByteBuffer;
import libp2p.crypto.Aead;
import libp2p.crypto.Crypto;
import libp2p.crypto.HeaderMask;
import libp2p.crypto.PacketCipher;
import libp2p.crypto.Sha256;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.security.tls13.KeySchedule;

/**
 * One direction of packet protection (RFC 9001, section 5): seals or opens payloads and masks headers. One thread at a
 * time, {@link #close} included.
 */
public final class PacketKeys implements AutoCloseable {
    private static final byte[] NONE = new byte[0];
    private static final int LONG_FORM = 0x80;
    private static final int LONG_MASK = 0x0f;
    private static final int SHORT_MASK = 0x1f;
    /** Packet numbers are taken as four bytes long to find the sample. */
    private static final int SAMPLE_AT = 4;
    /** The least number of bytes behind the start of a packet number. */
    public static final int MIN_PROTECTED = SAMPLE_AT + HeaderMask.SAMPLE_LENGTH;

    private final AeadAlgorithm algorithm;
    private final boolean sealing;
    private final byte[] secret;
    private final PacketCipher cipher;
    private final HeaderMask mask;

    /** @param secret of 32 bytes, which is kept for the next key phase */
    public PacketKeys(AeadAlgorithm algorithm, byte[] secret, boolean sealing) {
        this(
                algorithm,
                secret,
                sealing,
                aead(algorithm).headerMask(KeySchedule.expandLabel(secret, "quic hp", NONE, algorithm.keyLength())));
    }

    private PacketKeys(AeadAlgorithm algorithm, byte[] secret, boolean sealing, HeaderMask mask) {
        this.algorithm = algorithm;
        this.sealing = sealing;
        this.secret = secret;
        this.mask = mask;
        byte[] key = KeySchedule.expandLabel(secret, "quic key", NONE, algorithm.keyLength());
        byte[] vector = KeySchedule.expandLabel(secret, "quic iv", NONE, AeadAlgorithm.NONCE_LENGTH);
        cipher = aead(algorithm).packetCipher(key, vector, sealing);
    }

    private static Aead aead(AeadAlgorithm algorithm) {
        return Crypto.standard().aead(algorithm);
    }

    /** The keys of the next phase (section 6.1), which protect headers by the same key. */
    PacketKeys next() {
        byte[] following = KeySchedule.expandLabel(secret, "quic ku", NONE, Sha256.LENGTH);
        return new PacketKeys(algorithm, following, sealing, mask);
    }

    /** The algorithm. */
    public AeadAlgorithm algorithm() {
        return algorithm;
    }

    /** Number of packets that may be opened in vain, all phases taken together (section 6.6). */
    /** Packets that one key may seal (RFC 9001, section 6.6). */
    long confidentialityLimit() {
        return algorithm == AeadAlgorithm.CHACHA20_POLY1305 ? Long.MAX_VALUE : 1L << 23;
    }

    long integrityLimit() {
        return algorithm == AeadAlgorithm.CHACHA20_POLY1305 ? 1L << 36 : 1L << 52;
    }

    /**
     * Seals a packet in place and protects its header.
     *
     * @param packet holds the packet from {@code at} on, and room for a tag behind it
     * @param numberAt where the packet number starts, in the buffer
     * @param numberLength of the packet number, with which the header ends, and which the first byte tells
     * @param number the last bytes of which stand there
     * @param end where the payload ends
     * @return where the packet ends
     */
    public int seal(ByteBuffer packet, int at, int numberAt, int numberLength, long number, int end) {
        int payloadAt = numberAt + numberLength;
        cipher.seal(number, packet, at, payloadAt - at, payloadAt, end - payloadAt);
        protect(packet, at, numberAt - at);
        return end + PacketCipher.TAG_LENGTH;
    }

    /**
     * Seals a packet as {@link #seal(ByteBuffer, int, int, int, long, int)} and leaves its header as it is, to be
     * protected later.
     *
     * @param plain holds the packet from its start on; nothing of it is in the buffer before
     * @param numberAt where the packet number starts, in the array
     * @param end where the payload ends, in the array
     * @return where the packet ends, in the buffer
     */
    public int seal(byte[] plain, ByteBuffer packet, int at, int numberAt, int numberLength, long number, int end) {
        int payloadAt = numberAt + numberLength;
        packet.put(at, plain, 0, payloadAt);
        cipher.seal(number, plain, payloadAt, packet, at, payloadAt, at + payloadAt, end - payloadAt);
        return at + end + PacketCipher.TAG_LENGTH;
    }

    /**
     * Protects the headers of sealed packets whose packet numbers are at the same place of each.
     *
     * @param at where the first of them starts
     * @param stride bytes from one to the next
     * @param count of them
     * @param numberAt where a packet number starts, from the start of its packet
     * @param masks little-endian, direct where that of the packets is, with room for 16 bytes each
     */
    public void protect(ByteBuffer packets, int at, int stride, int count, int numberAt, ByteBuffer masks) {
        mask.masks(packets, at + numberAt + SAMPLE_AT, stride, count, masks);
        for (int i = 0; i < count; i++) {
            protect(packets, at + i * stride, numberAt, masks.getLong(i * HeaderMask.SAMPLE_LENGTH));
        }
    }

    /**
     * Protects the header of a sealed packet.
     *
     * @param at where it starts
     * @param numberAt where its packet number starts, from there
     */
    public void protect(ByteBuffer packet, int at, int numberAt) {
        protect(packet, at, numberAt, mask.mask(packet, at + numberAt + SAMPLE_AT));
    }

    private static void protect(ByteBuffer packet, int at, int numberAt, long mask) {
        long bits = mask;
        byte first = packet.get(at);
        packet.put(at, (byte) (first ^ bits & firstMask(first)));
        for (int i = at + numberAt; i <= at + numberAt + (first & 3); i++) {
            bits >>>= 8;
            packet.put(i, (byte) (packet.get(i) ^ bits));
        }
    }

    private static int firstMask(byte first) {
        return (first & LONG_FORM) != 0 ? LONG_MASK : SHORT_MASK;
    }

    /**
     * Removes the protection of a header in place.
     *
     * @param head the first bytes of the packet, from {@code at} to {@link #MIN_PROTECTED} behind the packet number at
     *     least
     * @return the length of the packet number
     */
    public int unmask(byte[] head, int at, int numberAt) {
        long bits = mask.mask(head, numberAt + SAMPLE_AT);
        byte first = head[at];
        head[at] = (byte) (first ^ bits & firstMask(first));
        int length = 1 + (head[at] & 3);
        for (int i = 0; i < length; i++) {
            head[numberAt + i] ^= (byte) (bits >>> 8 * (i + 1));
        }
        return length;
    }

    /**
     * The same in the buffer of the packet.
     *
     * @return the first byte of the packet without its mask, the lowest two bits of which are the length of the packet
     *     number less one
     */
    public int unmask(ByteBuffer packet, int at, int numberAt) {
        long bits = mask.mask(packet, numberAt + SAMPLE_AT);
        byte first = packet.get(at);
        first = (byte) (first ^ bits & firstMask(first));
        packet.put(at, first);
        for (int i = numberAt; i <= numberAt + (first & 3); i++) {
            bits >>>= 8;
            packet.put(i, (byte) (packet.get(i) ^ bits));
        }
        return first & 0xff;
    }

    /**
     * Opens a packet whose header is not protected any more.
     *
     * @param end where the packet ends, with its tag
     * @return the length of the payload in {@code target}, or -1 if the packet is not authentic
     */
    public int open(ByteBuffer packet, int at, int payloadAt, long number, int end, byte[] target) {
        return cipher.open(number, packet, at, payloadAt - at, payloadAt, end - payloadAt, target);
    }

    /** Closes what is of this phase alone. */
    void closePhase() {
        cipher.close();
        java.util.Arrays.fill(secret, (byte) 0);
    }

    /** Wipes the keys; idempotent. */
    @Override
    public void close() {
        closePhase();
        mask.close();
    }
}
