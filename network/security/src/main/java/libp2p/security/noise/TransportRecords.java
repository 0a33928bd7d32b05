package libp2p.security.noise;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.crypto.AeadOpener;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.security.records.RecordCipher;

/**
 * Transport messages: two bytes of length, ciphertext, tag of 16 bytes. The counters are the nonces; each direction is
 * for one thread at a time. A counter moves on only after a record was found authentic, and a record that is not must
 * end the connection.
 */
final class TransportRecords implements RecordCipher {
    static final int LENGTH_BYTES = 2;
    static final int MAX_MESSAGE = 65_535;
    /** Noise reserves the last nonce (revision 34, section 5.1). */
    private static final long RESERVED_NONCE = -1;
    /** Records without data that a peer may send in a row; each costs this side an AEAD check for 18 bytes. */
    private static final int MAX_EMPTY = 32;

    private final AeadSealer sealer;
    private final AeadOpener opener;
    private long sent;
    private long received;
    private int empty;

    TransportRecords(AeadSealer sealer, AeadOpener opener) {
        this(sealer, opener, 0);
    }

    /** @param nonce unsigned counter of the next record each way */
    TransportRecords(AeadSealer sealer, AeadOpener opener, long nonce) {
        this.sealer = sealer;
        this.opener = opener;
        sent = nonce;
        received = nonce;
    }

    @Override
    public int headerLength() {
        return LENGTH_BYTES;
    }

    @Override
    public int trailerLength() {
        return AeadAlgorithm.TAG_LENGTH;
    }

    @Override
    public int maxPlaintext() {
        return MAX_MESSAGE - AeadAlgorithm.TAG_LENGTH;
    }

    @Override
    public void seal(ByteBuffer buffer, int offset, int length) throws IOException {
        if (sent == RESERVED_NONCE) {
            throw new IOException("Noise: the sending key is exhausted after 2^64-1 records");
        }
        int sealed = sealer.seal(sent++, buffer, offset, length);
        buffer.putShort(offset - LENGTH_BYTES, (short) sealed);
    }

    @Override
    public int recordLength(ByteBuffer buffer, int offset) throws ProtocolViolationException {
        int length = Short.toUnsignedInt(buffer.getShort(offset));
        if (length < AeadAlgorithm.TAG_LENGTH) {
            throw new ProtocolViolationException(
                    Noise.PROTOCOL, "a record of " + length + " bytes is shorter than its tag of 16");
        }
        return LENGTH_BYTES + length;
    }

    @Override
    public int open(ByteBuffer buffer, int offset, int recordLength) throws IOException {
        if (received == RESERVED_NONCE) {
            throw new ProtocolViolationException(Noise.PROTOCOL, "more than 2^64-1 records under one key");
        }
        try {
            int length = opener.open(received, buffer, offset + LENGTH_BYTES, recordLength - LENGTH_BYTES);
            received++;
            empty = length == 0 ? empty + 1 : 0;
            if (empty > MAX_EMPTY) {
                throw new ProtocolViolationException(
                        Noise.PROTOCOL, "more than the limit of " + MAX_EMPTY + " records without data in a row");
            }
            return length;
        } catch (AEADBadTagException forged) {
            throw new ProtocolViolationException(Noise.PROTOCOL, "a record is not authentic");
        }
    }

    @Override
    public void closeInput() {
        opener.close();
    }

    @Override
    public void closeOutput() {
        sealer.close();
    }
}
