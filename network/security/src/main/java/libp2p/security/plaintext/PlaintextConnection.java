package libp2p.security.plaintext;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.security.records.Arrival;
import libp2p.security.records.BufferedSecureConnection;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordInput;
import libp2p.security.records.RecordOutput;
import libp2p.security.records.RecordSealer;

/** Bytes as they are, through the same buffers as the real channels. */
final class PlaintextConnection extends BufferedSecureConnection {
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
        super(raw, remote, new RecordInput(raw, buffers), new RecordOutput(raw, buffers, BARE));
    }

    @Override
    protected Arrival poll(RecordInput from) throws IOException {
        return from.pollBytes();
    }

    @Override
    protected void open(RecordInput from) {
        from.buffer().limit(from.offset() + from.length()).position(from.offset());
    }
}
