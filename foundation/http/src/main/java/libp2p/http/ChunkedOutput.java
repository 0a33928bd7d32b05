package libp2p.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Writes a body in chunks; only {@link #finish} makes it whole, so that no reader takes a body that was broken off for
 * one.
 */
public final class ChunkedOutput extends OutputStream {
    private static final int CHUNK = 16 << 10;

    private final OutputStream out;
    private final byte[] buffer = new byte[CHUNK];
    private int length;

    /** Writes chunks into {@code out}, which the caller closes. */
    public ChunkedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, source.length);
        if (length + count > CHUNK) {
            chunk(buffer, 0, length);
            length = 0;
        }
        if (count > CHUNK) {
            chunk(source, offset, count);
        } else {
            System.arraycopy(source, offset, buffer, length, count);
            length += count;
        }
    }

    private void chunk(byte[] source, int offset, int count) throws IOException {
        if (count > 0) {
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(source, offset, count);
            out.write(new byte[] {'\r', '\n'});
        }
    }

    /** Sends what has been written. */
    @Override
    public void flush() throws IOException {
        chunk(buffer, 0, length);
        length = 0;
        out.flush();
    }

    /** Writes what is left and the last chunk. */
    public void finish() throws IOException {
        finish(HttpHeaders.NONE);
    }

    /**
     * Writes what is left, the last chunk, and the fields behind it.
     *
     * @throws IllegalArgumentException if a field has characters that no head may have
     */
    public void finish(HttpHeaders trailers) throws IOException {
        chunk(buffer, 0, length);
        length = 0;
        out.write(new byte[] {'0', '\r', '\n'});
        out.write(HeadWriter.trailers(trailers.fields()));
    }
}
