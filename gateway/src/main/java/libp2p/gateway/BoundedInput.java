package libp2p.gateway;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import libp2p.core.resource.LimitExceededException;

/** A body that fails where it is longer than the limit. One thread. */
final class BoundedInput extends FilterInputStream {
    private final long limit;
    private long read;

    BoundedInput(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        counted(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        counted(Math.max(0, count));
        return count;
    }

    private void counted(int count) throws LimitExceededException {
        read += count;
        if (read > limit) {
            throw new LimitExceededException("request", "bytes", read, limit, LimitExceededException.Side.LOCAL);
        }
    }
}
