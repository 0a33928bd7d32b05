package libp2p.swarm.connection;

import java.io.IOException;
import java.io.OutputStream;
import libp2p.core.connection.Stream;

/** A stream as an {@link OutputStream}. */
final class StreamOutput extends OutputStream {
    private final Stream stream;

    StreamOutput(Stream stream) {
        this.stream = stream;
    }

    @Override
    public void write(int value) throws IOException {
        stream.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        stream.write(source, offset, length);
    }

    @Override
    public void close() throws IOException {
        stream.closeWrite();
    }
}
