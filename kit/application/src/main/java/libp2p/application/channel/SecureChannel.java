package libp2p.application.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.AEADBadTagException;
import libp2p.core.resource.LimitExceededException;
import libp2p.crypto.Aead;
import libp2p.crypto.AeadOpener;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.Crypto;
import libp2p.crypto.algorithm.AeadAlgorithm;

/**
 * Encrypts the messages of an application with ChaCha20-Poly1305 (RFC 8439), under one key for each direction. The nonce
 * of a message is four zero bytes and its number, in eight bytes, little-endian; an encrypted message is the ciphertext
 * and a tag of 16 bytes. Both ends count, so that messages have to arrive whole, each once, and in order; how long one is
 * has to be told beside it, as {@link libp2p.core.messaging.MessageStream} does.
 *
 * <p>Two ends that share one secret of 32 bytes make {@link #dialer} and {@link #listener} of it, which take two keys
 * from it. The secret has to be new for every channel, since the numbers begin at zero: with one that was used before,
 * nonces come twice and the encryption is broken.
 *
 * <p>Thread-safe: sending and receiving go on at the same time. Nothing blocks but for another thread in the same
 * direction.
 */
public final class SecureChannel implements AutoCloseable {
    /** Bytes by which an encrypted message is longer than its plaintext. */
    public static final int OVERHEAD = AeadAlgorithm.TAG_LENGTH;

    /** Bytes of a key, and of a shared secret. */
    public static final int KEY_LENGTH = 32;

    /** Messages that may be sent under one key. */
    public static final long MOST_MESSAGES = 1L << 32;

    private static final byte[] KEYS = "java-libp2p secure channel".getBytes(US_ASCII);

    private final SecureChannelLimits limits;
    private final AeadSealer sealer;
    private final AeadOpener opener;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();
    private long sent;
    private long received;

    /**
     * Makes an end whose keys are known; the other end has them the other way round.
     *
     * @param sendKey of 32 bytes; copied
     * @param receiveKey of 32 bytes, not the other one; copied
     * @throws IllegalArgumentException if a key has another length, or both are the same
     */
    public SecureChannel(byte[] sendKey, byte[] receiveKey, SecureChannelLimits limits) {
        this(sendKey, receiveKey, limits, 0);
    }

    /** @param first number of the next message in both directions */
    SecureChannel(byte[] sendKey, byte[] receiveKey, SecureChannelLimits limits, long first) {
        if (Arrays.equals(sendKey, receiveKey)) {
            throw new IllegalArgumentException("one key for both directions would use every nonce twice");
        }
        Aead aead = Crypto.standard().chacha20Poly1305();
        this.limits = limits;
        this.sealer = aead.sealer(sendKey);
        this.opener = aead.opener(receiveKey);
        this.sent = first;
        this.received = first;
    }

    /**
     * The end that has opened the stream.
     *
     * @param secret of 32 bytes that only both ends know, and that was never used before
     */
    public static SecureChannel dialer(byte[] secret) {
        return ofSecret(secret, true);
    }

    /** The other end; see {@link #dialer}. */
    public static SecureChannel listener(byte[] secret) {
        return ofSecret(secret, false);
    }

    /** HKDF-SHA256 (RFC 5869) without salt: the first 32 bytes are the key from the dialer to the listener. */
    private static SecureChannel ofSecret(byte[] secret, boolean dials) {
        if (secret.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a secret of " + secret.length + " bytes, needs " + KEY_LENGTH);
        }
        byte[] keys = Crypto.standard().hkdfSha256().derive(new byte[0], secret, KEYS, 2 * KEY_LENGTH);
        byte[] first = Arrays.copyOf(keys, KEY_LENGTH);
        byte[] second = Arrays.copyOfRange(keys, KEY_LENGTH, 2 * KEY_LENGTH);
        try {
            return dials
                    ? new SecureChannel(first, second, SecureChannelLimits.DEFAULT)
                    : new SecureChannel(second, first, SecureChannelLimits.DEFAULT);
        } finally {
            for (byte[] key : new byte[][] {keys, first, second}) {
                Arrays.fill(key, (byte) 0);
            }
        }
    }

    /**
     * Encrypts the next message to the other end.
     *
     * @return {@link #OVERHEAD} bytes more than the plaintext
     * @throws LimitExceededException if the plaintext is longer than the limit, or 2<sup>32</sup> messages have been sent
     * @throws IllegalStateException if the channel is closed
     */
    public byte[] encrypt(byte[] plaintext) throws LimitExceededException {
        requireAtMost(plaintext.length, limits.messageBytes(), "messageBytes");
        sending.lock();
        try {
            requireNumber(sent);
            byte[] sealed = sealer.seal(sent, new byte[0], plaintext);
            sent++;
            return sealed;
        } finally {
            sending.unlock();
        }
    }

    /**
     * Decrypts the next message of the other end. A message that is refused is not counted, so that the right one may
     * still follow.
     *
     * @throws LimitExceededException if the message is longer than the limit, or 2<sup>32</sup> messages have come
     * @throws IOException if the message is not the next one that the other end has encrypted: it was changed, cut,
     *     repeated or left out, or the keys differ
     * @throws IllegalStateException if the channel is closed
     */
    public byte[] decrypt(byte[] encrypted) throws IOException {
        requireAtMost(encrypted.length - (long) OVERHEAD, limits.messageBytes(), "messageBytes");
        receiving.lock();
        try {
            requireNumber(received);
            byte[] plaintext = opener.open(received, new byte[0], encrypted);
            received++;
            return plaintext;
        } catch (AEADBadTagException e) {
            throw new IOException("message " + received + " of the secure channel is not authentic", e);
        } finally {
            receiving.unlock();
        }
    }

    private static void requireNumber(long number) throws LimitExceededException {
        requireAtMost(number + 1, MOST_MESSAGES, "messages");
    }

    private static void requireAtMost(long value, long most, String limit) throws LimitExceededException {
        if (value > most) {
            throw new LimitExceededException("secure channel", limit, value, most, LimitExceededException.Side.LOCAL);
        }
    }

    /** Wipes the keys; idempotent. */
    @Override
    public void close() {
        sealer.close();
        opener.close();
    }
}
