package libp2p.swarm.connection;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;

/** A stream as an {@link InputStream}. */
final class StreamInput extends InputStream {
    private final Stream stream;
    private final byte[] one = new byte[1];

    StreamInput(Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        return stream.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
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
