package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Boundaries between the records of a secure channel. Thread-safe. */
public interface RecordFormat {
    /** The bytes that tell the length of a record, at least 1 and at most 16. */
    int headerLength();

    /**
     * The length of the record whose header stands at {@code offset}, header included; more than the header.
     *
     * @throws IOException if no valid record starts like this
     */
    int recordLength(ByteBuffer buffer, int offset) throws IOException;
}
