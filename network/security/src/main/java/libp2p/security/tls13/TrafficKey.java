package libp2p.security.tls13;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.crypto.Aead;
import libp2p.crypto.Crypto;
import libp2p.crypto.algorithm.AeadAlgorithm;

/**
 * The state that both directions of record protection share (RFC 8446, sections 5.3, 7.2 and 7.3): the traffic secret,
 * the nonce made of sequence number and initialisation vector, and the step to the next secret. One thread at a time.
 */
abstract class TrafficKey implements AutoCloseable {
    private static final byte[] NONE = new byte[0];
    /** Records under one key with AES-GCM (section 5.5 allows 2^24.5). */
    private static final long MAX_RECORDS = 1L << 24;

    final CipherSuite suite;
    final byte[] header = new byte[TlsRecordFormat.HEADER];
    private final byte[] nonce = new byte[AeadAlgorithm.NONCE_LENGTH];
    private byte[] secret;
    private byte[] vector;
    private long sequence;

    TrafficKey(CipherSuite suite, byte[] secret) {
        this.suite = suite;
        this.secret = secret;
        vector = vector(secret);
    }

    private static byte[] vector(byte[] secret) {
        return KeySchedule.expandLabel(secret, "iv", NONE, AeadAlgorithm.NONCE_LENGTH);
    }

    final Aead aead() {
        return Crypto.standard().aead(suite.aead());
    }

    final byte[] key() {
        return KeySchedule.expandLabel(secret, "key", NONE, suite.aead().keyLength());
    }

    /** The nonce of the record with the current number; valid until the next call. */
    final byte[] nonce() {
        for (int i = 0; i < nonce.length; i++) {
            int shift = 8 * (nonce.length - 1 - i);
            nonce[i] = (byte) (vector[i] ^ (shift < Long.SIZE ? sequence >>> shift : 0));
        }
        return nonce;
    }

    /** Tells that the record was protected, or found authentic. */
    final void advance() {
        sequence++;
    }

    /** Whether it is time for a key update. */
    final boolean isWornOut() {
        return sequence >= MAX_RECORDS;
    }

    /** Goes on to the next secret; the caller makes a new cipher from {@link #key}. */
    final void nextSecret() {
        byte[] next = KeySchedule.next(secret);
        Arrays.fill(secret, (byte) 0);
        secret = next;
        vector = vector(next);
        sequence = 0;
    }

    final void readHeader(ByteBuffer buffer, int offset) {
        buffer.get(offset, header);
    }

    final void wipe() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public abstract void close();
}
