package libp2p.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the head of an HTTP message, up to the empty line, and keeps what came behind it. For one thread. */
public final class HeadReader {
    /** The source that a head is read from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads at least one byte; blocks.
         *
         * @return how many, −1 at the end
         */
        int read(ByteBuffer target) throws IOException;
    }

    private static final int FIRST_BYTES = 1024;

    private final Source raw;
    private final HeadLimits limits;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private int headEnd;
    private int searched;

    /** A reader of one head. */
    public HeadReader(Source raw, HeadLimits limits) {
        this.raw = raw;
        this.limits = limits;
    }

    /**
     * Reads a head; blocks.
     *
     * @return its lines, each with its line end, without the empty one; one character per byte
     * @throws HttpProtocolException if it is longer than the limit
     */
    public String read() throws IOException {
        while ((headEnd = endOfHead()) < 0) {
            if (length >= limits.bytes()) {
                throw new HttpProtocolException(431, "a head of more than " + limits.bytes() + " bytes");
            }
            fill();
        }
        return new String(bytes, 0, headEnd - 2, StandardCharsets.ISO_8859_1);
    }

    private void fill() throws IOException {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(2 * length, limits.bytes()));
        }
        ByteBuffer target = ByteBuffer.wrap(bytes, length, bytes.length - length);
        int count = raw.read(target);
        if (count < 0) {
            throw new EOFException("closed after " + length + " bytes of an HTTP head");
        }
        length += count;
    }

    private int endOfHead() {
        for (int i = Math.max(0, searched - 3); i + 4 <= length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        searched = length;
        return -1;
    }

    /** The bytes behind the head that have been read. */
    public ByteBuffer rest() {
        return ByteBuffer.wrap(bytes, headEnd, length - headEnd).slice();
    }
}
