package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;

/**
 * A secure connection of records that stand behind their length, decrypted where they were read and encrypted where they
 * were written.
 */
public final class RecordConnection extends BufferedSecureConnection {
    private final RecordCipher records;

    /** @param records the keys of both directions, closed with the connection */
    public RecordConnection(RawConnection raw, RecordBuffers buffers, Remote remote, RecordCipher records) {
        super(raw, remote, new RecordInput(raw, buffers, records), new RecordOutput(raw, buffers, records));
        this.records = records;
    }

    @Override
    protected Arrival poll(RecordInput from) throws IOException {
        return from.poll();
    }

    @Override
    protected void open(RecordInput from) throws IOException {
        ByteBuffer buffer = from.buffer();
        int start = from.offset() + records.headerLength();
        int length = records.open(buffer, from.offset(), from.length());
        buffer.limit(start + length).position(start);
    }

    @Override
    protected void releaseInput() {
        super.releaseInput();
        records.closeInput();
    }

    @Override
    protected void releaseOutput() {
        super.releaseOutput();
        records.closeOutput();
    }
}
