package libp2p.delegated.trustless;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** A body that tells once when it is closed. */
final class CountedBody extends FilterInputStream {
    private final Runnable ended;
    private final AtomicBoolean closed = new AtomicBoolean();

    CountedBody(InputStream in, Runnable ended) {
        super(in);
        this.ended = ended;
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            if (closed.compareAndSet(false, true)) {
                ended.run();
            }
        }
    }
}
