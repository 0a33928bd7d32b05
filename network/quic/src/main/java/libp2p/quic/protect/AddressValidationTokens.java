package libp2p.quic.protect;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.AeadOpener;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.Crypto;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/**
 * Address validation tokens (RFC 9000, section 8.1): sealed under a key of this host, with what they prove inside. A
 * Retry token holds for ten seconds, for one address and port and two connection ids; one of NEW_TOKEN for an hour and
 * an address, and once: it proves nothing for another that has seen it. A token that does not open was made by another server, and counts as none (section 8.1.3). Thread-safe.
 */
public final class AddressValidationTokens {
    /** The longest token that is looked at. */
    public static final int MAX_LENGTH = 256;

    private static final byte RETRY = 1;
    private static final byte NEW_TOKEN = 2;
    private static final long RETRY_SECONDS = 10;
    private static final long NEW_TOKEN_SECONDS = 3600;
    /** Used tokens of NEW_TOKEN that are remembered; with as many, further ones prove nothing. */
    private static final int USED = 16_384;

    private static final int NONCE = AeadAlgorithm.NONCE_LENGTH;
    private static final int TAG = AeadAlgorithm.TAG_LENGTH;
    private static final byte[] AAD = {'q', 'u', 'i', 'c'};

    private final byte[] key;
    private final ReentrantLock lock = new ReentrantLock();
    /** The nonces of used tokens with the second at which they end, the first that were used first. */
    private final Map<ByteBuffer, Long> used = new LinkedHashMap<>();

    /** @param key of 16 bytes, derived from a secret of the host for this use alone */
    public AddressValidationTokens(byte[] key) {
        this.key = key.clone();
    }

    /** The proof in a token. */
    public enum Verdict {
        /** Nothing: there is none, or another server has made it. */
        NONE,
        /** The address has answered a Retry. */
        RETRIED,
        /** The address was validated on an earlier connection. */
        KNOWN,
        /** Made here for Retry, but not for this packet, or too long ago (INVALID_TOKEN). */
        INVALID
    }

    /**
     * A verdict, with the ids of a Retry.
     *
     * @param verdict what the token proves
     * @param original the destination of the client's first packet, for RETRIED
     */
    public record Judgement(Verdict verdict, @Nullable ConnectionId original) {
        private static final Judgement NONE = new Judgement(Verdict.NONE, null);
        private static final Judgement KNOWN = new Judgement(Verdict.KNOWN, null);
        private static final Judgement INVALID = new Judgement(Verdict.INVALID, null);
    }

    /**
     * A token for Retry.
     *
     * @param nonce 12 fresh random bytes
     * @param seconds the wall clock
     * @param original the destination of the client's first packet
     * @param source the id that Retry gives to the client as its next destination
     */
    public byte[] retry(
            byte[] nonce, long seconds, InetSocketAddress remote, ConnectionId original, ConnectionId source) {
        byte[] address = remote.getAddress().getAddress();
        ByteBuffer content = ByteBuffer.allocate(64 + address.length)
                .put(RETRY)
                .putLong(seconds)
                .put((byte) address.length)
                .put(address)
                .putShort((short) remote.getPort())
                .put((byte) original.length())
                .put(original.toBytes())
                .put((byte) source.length())
                .put(source.toBytes());
        return seal(nonce, content);
    }

    /** A token for connections of later on, from the same address. */
    public byte[] newToken(byte[] nonce, long seconds, InetSocketAddress remote) {
        byte[] address = remote.getAddress().getAddress();
        ByteBuffer content = ByteBuffer.allocate(16 + address.length)
                .put(NEW_TOKEN)
                .putLong(seconds)
                .put((byte) address.length)
                .put(address);
        return seal(nonce, content);
    }

    private byte[] seal(byte[] nonce, ByteBuffer content) {
        int length = content.position();
        byte[] token = Arrays.copyOf(nonce, NONCE + length + TAG);
        System.arraycopy(content.array(), 0, token, NONCE, length);
        try (AeadSealer sealer =
                Crypto.standard().aead(AeadAlgorithm.AES_128_GCM).sealer(key)) {
            sealer.seal(nonce, AAD, ByteBuffer.wrap(token), NONCE, length);
        }
        return token;
    }

    /**
     * Judges the token of an Initial.
     *
     * @param destination of the Initial
     */
    public Judgement judge(byte[] token, long seconds, InetSocketAddress remote, ConnectionId destination) {
        if (token.length < NONCE + TAG + 1 || token.length > MAX_LENGTH) {
            return Judgement.NONE;
        }
        ByteBuffer content;
        byte[] copy = token.clone();
        try (AeadOpener opener =
                Crypto.standard().aead(AeadAlgorithm.AES_128_GCM).opener(key)) {
            int length =
                    opener.open(Arrays.copyOf(token, NONCE), AAD, ByteBuffer.wrap(copy), NONCE, token.length - NONCE);
            content = ByteBuffer.wrap(copy, NONCE, length);
        } catch (AEADBadTagException foreign) {
            return Judgement.NONE;
        }
        byte kind = content.get();
        long age = seconds - content.getLong();
        byte[] address = new byte[content.get()];
        content.get(address);
        boolean sameAddress = Arrays.equals(address, remote.getAddress().getAddress());
        if (kind == NEW_TOKEN) {
            boolean holds = sameAddress && age >= 0 && age <= NEW_TOKEN_SECONDS;
            return holds && use(token, seconds) ? Judgement.KNOWN : Judgement.NONE;
        }
        int port = content.getShort() & 0xffff;
        ConnectionId original = id(content);
        boolean fits = sameAddress
                && port == remote.getPort()
                && id(content).equals(destination)
                && age >= 0
                && age <= RETRY_SECONDS;
        return fits ? new Judgement(Verdict.RETRIED, original) : Judgement.INVALID;
    }

    /** Whether a token was not used before; it is from now on. */
    private boolean use(byte[] token, long seconds) {
        lock.lock();
        try {
            Iterator<Long> ends = used.values().iterator();
            while (ends.hasNext() && ends.next() < seconds) {
                ends.remove();
            }
            return used.size() < USED
                    && used.putIfAbsent(ByteBuffer.wrap(Arrays.copyOf(token, NONCE)), seconds + NEW_TOKEN_SECONDS)
                            == null;
        } finally {
            lock.unlock();
        }
    }

    private static ConnectionId id(ByteBuffer content) {
        byte[] bytes = new byte[content.get()];
        content.get(bytes);
        return ConnectionId.of(bytes);
    }
}
