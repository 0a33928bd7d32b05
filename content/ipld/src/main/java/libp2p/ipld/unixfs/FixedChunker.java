package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Chunks of one size; the last may be shorter. */
final class FixedChunker implements Chunker {
    /** Bytes that are read by one call: the JDK copies them, and keeps a native buffer of this size. */
    private static final int PIECE = 128 << 10;

    private final InputStream in;
    private final int size;
    private final int before;
    private final int after;
    private boolean small = true;
    private boolean ended;

    FixedChunker(InputStream in, int size, boolean framed) {
        this.in = in;
        this.size = size;
        before = framed ? LeafBlock.before(size) : 0;
        after = framed ? LeafBlock.after(size) : 0;
    }

    @Override
    public @Nullable Chunk next() throws IOException {
        if (ended) {
            return null;
        }
        if (small) { // perhaps a file of a few bytes, which needs no array of a whole chunk
            small = false;
            byte[] first = in.readNBytes(Math.min(size, 4096));
            if (first.length == 0 || first.length < Math.min(size, 4096)) {
                ended = true;
                return first.length == 0 ? null : new Chunk(first, 0, first.length);
            }
            return fill(first);
        }
        return fill(new byte[0]);
    }

    private @Nullable Chunk fill(byte[] start) throws IOException {
        byte[] array = new byte[before + size + after];
        System.arraycopy(start, 0, array, before, start.length);
        int length = start.length;
        while (length < size && !ended) {
            int wanted = Math.min(PIECE, size - length);
            int count = in.readNBytes(array, before + length, wanted);
            length += count;
            ended = count < wanted;
        }
        return length == 0 ? null : new Chunk(array, before, length);
    }
}
