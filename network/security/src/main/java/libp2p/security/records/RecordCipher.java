package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The records of a secure channel with the keys of both directions; each direction is for one thread at a time. */
public interface RecordCipher extends RecordFormat, RecordSealer {
    /** The bytes that tell the length of a record, in both directions. */
    @Override
    int headerLength();

    /**
     * Decrypts a record in place; its plaintext begins behind the header.
     *
     * @param recordLength with the header
     * @return the length of the plaintext
     * @throws libp2p.core.connection.ProtocolViolationException if the record is not authentic
     */
    int open(ByteBuffer buffer, int offset, int recordLength) throws IOException;

    /** Erases the key of the receiving direction. */
    void closeInput();

    /** Erases the key of the sending direction. */
    void closeOutput();
}
