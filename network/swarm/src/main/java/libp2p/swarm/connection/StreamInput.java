package libp2p.swarm.connection;

import java.io.IOException;
import java.util.Objects;
import libp2p.core.buffer.BulkInput;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;

/** A stream as an {@link java.io.InputStream}. */
final class StreamInput extends BulkInput {
    private final Stream stream;

    StreamInput(Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        return length == 0 ? 0 : stream.read(target, offset, length);
    }

    @Override
    public void close() {
        stream.closeRead(ErrorCode.NONE);
    }
}
