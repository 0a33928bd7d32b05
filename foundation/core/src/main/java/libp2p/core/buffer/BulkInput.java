package libp2p.core.buffer;

import java.io.IOException;
import java.io.InputStream;

/** An input whose bytes are read many at a time; a single one is read the same way. One thread at a time. */
public abstract class BulkInput extends InputStream {
    private final byte[] one = new byte[1];

    @Override
    public final int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] target, int offset, int length) throws IOException;
}
