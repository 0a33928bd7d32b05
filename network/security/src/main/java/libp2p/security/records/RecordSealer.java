package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Turns plaintext that stands in a buffer into a record around it. For one thread at a time. */
public interface RecordSealer {
    /** Bytes in front of the plaintext. */
    int headerLength();

    /** Bytes behind the plaintext. */
    int trailerLength();

    /** The longest plaintext of one record. */
    int maxPlaintext();

    /**
     * Fills header and trailer around {@code buffer[offset, offset + length)}, and protects the plaintext in place. The
     * limit of the buffer is its capacity.
     */
    void seal(ByteBuffer buffer, int offset, int length) throws IOException;
}
