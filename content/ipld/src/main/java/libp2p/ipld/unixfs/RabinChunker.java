package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts where the Rabin fingerprint of the last 16 bytes has zeros at its end: as many as the average size has bits. The
 * polynomial is the one of IPFS, of degree 53.
 */
final class RabinChunker implements Chunker {
    static final int WINDOW = 16;
    private static final long POLYNOMIAL = 17437180132763653L;
    private static final int DEGREE = 63 - Long.numberOfLeadingZeros(POLYNOMIAL);
    private static final long[] OUT = new long[256];
    private static final long[] MOD = new long[256];

    static {
        for (int b = 0; b < 256; b++) {
            long hash = appended(0, b);
            for (int i = 0; i < WINDOW - 1; i++) {
                hash = appended(hash, 0);
            }
            OUT[b] = hash;
            MOD[b] = modulo((long) b << DEGREE) | (long) b << DEGREE;
        }
    }

    private final InputStream in;
    private final int min;
    private final int max;
    private final long mask;
    private final byte[] buffer;
    private int filled;

    RabinChunker(InputStream in, int min, int average, int max) {
        this.in = in;
        this.min = min;
        this.max = max;
        mask = (1L << 31 - Integer.numberOfLeadingZeros(average)) - 1;
        buffer = new byte[max];
    }

    private static long appended(long hash, int b) {
        return modulo(hash << 8 | b);
    }

    private static long modulo(long value) {
        long rest = value;
        for (int bit = 63 - Long.numberOfLeadingZeros(rest);
                bit >= DEGREE;
                bit = 63 - Long.numberOfLeadingZeros(rest)) {
            rest ^= POLYNOMIAL << bit - DEGREE;
        }
        return rest;
    }

    @Override
    public @Nullable Chunk next() throws IOException {
        filled += in.readNBytes(buffer, filled, max - filled);
        if (filled == 0) {
            return null;
        }
        int cut = cut();
        byte[] chunk = Arrays.copyOf(buffer, cut);
        System.arraycopy(buffer, cut, buffer, 0, filled - cut);
        filled -= cut;
        return new Chunk(chunk, 0, cut);
    }

    /** The fingerprint starts over with every chunk: a window of zeros and a one, which the first bytes push out. */
    private int cut() {
        byte[] window = new byte[WINDOW];
        window[0] = 1;
        int at = 1;
        long digest = 1;
        for (int i = min - WINDOW; i < filled; i++) {
            byte b = buffer[i];
            digest ^= OUT[window[at] & 0xff];
            window[at] = b;
            at = at + 1 & WINDOW - 1;
            int index = (int) (digest >>> DEGREE - 8);
            digest = (digest << 8 | (b & 0xff)) ^ MOD[index];
            if (i + 1 >= min && (digest & mask) == 0) {
                return i + 1;
            }
        }
        return filled;
    }
}
