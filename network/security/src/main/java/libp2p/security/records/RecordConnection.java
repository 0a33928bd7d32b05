package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * A secure connection of records that stand behind their length, decrypted where they were read and encrypted where they
 * were written.
 */
public final class RecordConnection extends AbstractSecureConnection {
    private final RecordCipher records;
    private final RecordInput input;
    private final RecordOutput output;
    private @Nullable ByteBuffer lent;

    /** @param records the keys of both directions, closed with the connection */
    public RecordConnection(RawConnection raw, RecordBuffers buffers, Remote remote, RecordCipher records) {
        super(raw, remote);
        this.records = records;
        input = new RecordInput(raw, buffers, records);
        output = new RecordOutput(raw, buffers, records);
    }

    @Override
    protected @Nullable ByteBuffer readPlaintext() throws IOException {
        ByteBuffer unread = lent;
        while (unread == null || !unread.hasRemaining()) {
            lent = null;
            switch (input.poll()) {
                case END -> {
                    return null;
                }
                case NOTHING_YET -> {
                    return RecordInput.nothingYet();
                }
                case RECORD -> {}
            }
            unread = input.buffer();
            int start = input.offset() + records.headerLength();
            int length = records.open(unread, input.offset(), input.length());
            unread.limit(start + length).position(start);
            lent = unread;
        }
        return unread;
    }

    @Override
    protected ByteBuffer openPlaintext() throws IOException {
        return output.plaintext();
    }

    @Override
    protected void flushPlaintext() throws IOException {
        output.flush();
    }

    @Override
    protected boolean tryFlushPlaintext() throws IOException {
        return output.tryFlush();
    }

    @Override
    protected void releaseInput() {
        lent = null;
        input.release();
        records.closeInput();
    }

    @Override
    protected void releaseOutput() {
        output.release();
        records.closeOutput();
    }
}
