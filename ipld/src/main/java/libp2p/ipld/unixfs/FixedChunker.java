package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Chunks of one size; the last may be shorter. */
final class FixedChunker implements Chunker {
    private final InputStream in;
    private final int size;

    FixedChunker(InputStream in, int size) {
        this.in = in;
        this.size = size;
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        byte[] chunk = in.readNBytes(size);
        return chunk.length == 0 ? null : chunk;
    }
}
