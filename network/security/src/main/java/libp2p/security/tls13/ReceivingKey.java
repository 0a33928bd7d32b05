package libp2p.security.tls13;

import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.AeadOpener;

/**
 * Opens records where they stand, and finds their real type behind the padding. One thread at a time; nothing is
 * allocated per record once warm.
 */
public final class ReceivingKey extends TrafficKey {
    private AeadOpener opener;
    private int type;

    ReceivingKey(CipherSuite suite, byte[] secret) {
        super(suite, secret);
        opener = aead().opener(key());
    }

    /**
     * Decrypts a record in place; its plaintext starts behind the header.
     *
     * @param length of the record with its header
     * @return the length of the plaintext
     * @throws TlsException if the record is not authentic or holds nothing but padding
     */
    public int open(ByteBuffer buffer, int offset, int length) throws TlsException {
        readHeader(buffer, offset);
        int start = offset + TlsRecordFormat.HEADER;
        int end;
        try {
            end = start + opener.open(nonce(), header, buffer, start, length - TlsRecordFormat.HEADER);
        } catch (AEADBadTagException forged) {
            throw new TlsException(Alert.BAD_RECORD_MAC, "a record is not authentic");
        }
        advance();
        do {
            if (end == start) {
                throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record of padding only");
            }
            end--;
        } while (buffer.get(end) == 0);
        type = buffer.get(end) & 0xff;
        if (end - start > TlsRecordFormat.MAX_PLAINTEXT) {
            throw new TlsException(Alert.RECORD_OVERFLOW, "a record of " + (end - start) + " bytes of plaintext");
        }
        return end - start;
    }

    /** The real type of the record that was opened last. */
    int type() {
        return type;
    }

    /** Records that are opened from now on are under the next key. */
    void update() {
        opener.close();
        nextSecret();
        opener = aead().opener(key());
    }

    @Override
    public void close() {
        opener.close();
        wipe();
    }
}
