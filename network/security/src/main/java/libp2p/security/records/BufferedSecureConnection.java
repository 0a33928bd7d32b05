package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * A secure connection whose bytes are lent where they were read, and written where they are sealed. A subclass finds the
 * next record and its plaintext.
 */
public abstract class BufferedSecureConnection extends AbstractSecureConnection {
    private final RecordInput input;
    private final RecordOutput output;
    private @Nullable ByteBuffer lent;

    /** Over the buffers of both directions, which are released with the connection. */
    protected BufferedSecureConnection(RawConnection raw, Remote remote, RecordInput input, RecordOutput output) {
        super(raw, remote);
        this.input = input;
        this.output = output;
    }

    /** Moves the input to the next record; blocks where its reads do. */
    protected abstract Arrival poll(RecordInput from) throws IOException;

    /** Sets position and limit of the input's buffer to the plaintext of the record, which may have none. */
    protected abstract void open(RecordInput from) throws IOException;

    @Override
    protected final @Nullable ByteBuffer readPlaintext() throws IOException {
        ByteBuffer unread = lent;
        while (unread == null || !unread.hasRemaining()) {
            lent = null;
            switch (poll(input)) {
                case END -> {
                    return null;
                }
                case NOTHING_YET -> {
                    return RecordInput.nothingYet();
                }
                case RECORD -> {}
            }
            open(input);
            unread = input.buffer();
            lent = unread;
        }
        return unread;
    }

    @Override
    protected final ByteBuffer openPlaintext() throws IOException {
        return output.plaintext();
    }

    @Override
    protected final void flushPlaintext() throws IOException {
        output.flush();
    }

    @Override
    protected final boolean tryFlushPlaintext() throws IOException {
        return output.tryFlush();
    }

    @Override
    protected void releaseInput() {
        lent = null;
        input.release();
    }

    @Override
    protected void releaseOutput() {
        output.release();
    }
}
