package libp2p.security.noise;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.security.record.AbstractSecureConnection;
import libp2p.security.record.RecordBuffers;
import libp2p.security.record.RecordInput;
import libp2p.security.record.RecordOutput;
import org.jspecify.annotations.Nullable;

/** Records after the handshake, decrypted where they were read and encrypted where they were written. */
final class NoiseConnection extends AbstractSecureConnection {
    private final TransportRecords records;
    private final RecordInput input;
    private final RecordOutput output;
    private @Nullable ByteBuffer lent;

    NoiseConnection(RawConnection raw, RecordBuffers buffers, Remote remote, TransportRecords records) {
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
            int start = input.offset() + TransportRecords.LENGTH_BYTES;
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
