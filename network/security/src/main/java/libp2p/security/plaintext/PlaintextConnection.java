package libp2p.security.plaintext;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.security.records.AbstractSecureConnection;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordInput;
import libp2p.security.records.RecordOutput;
import libp2p.security.records.RecordSealer;
import org.jspecify.annotations.Nullable;

/** Bytes as they are, through the same buffers as the real channels. */
final class PlaintextConnection extends AbstractSecureConnection {
    private final RecordInput input;
    private final RecordOutput output;
    private @Nullable ByteBuffer lent;

    /** Records without header and trailer. */
    private static final RecordSealer BARE = new RecordSealer() {
        @Override
        public int headerLength() {
            return 0;
        }

        @Override
        public int trailerLength() {
            return 0;
        }

        @Override
        public int maxPlaintext() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void seal(ByteBuffer buffer, int offset, int length) {}
    };

    PlaintextConnection(RawConnection raw, RecordBuffers buffers, Remote remote) {
        super(raw, remote);
        input = new RecordInput(raw, buffers);
        output = new RecordOutput(raw, buffers, BARE);
    }

    @Override
    protected @Nullable ByteBuffer readPlaintext() throws IOException {
        ByteBuffer unread = lent;
        if (unread == null || !unread.hasRemaining()) {
            lent = null;
            switch (input.pollBytes()) {
                case END -> {
                    return null;
                }
                case NOTHING_YET -> {
                    return RecordInput.nothingYet();
                }
                case RECORD -> {}
            }
            unread = input.buffer();
            unread.limit(input.offset() + input.length()).position(input.offset());
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
    }

    @Override
    protected void releaseOutput() {
        output.release();
    }
}
