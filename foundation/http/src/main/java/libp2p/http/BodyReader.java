package libp2p.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import libp2p.core.buffer.BulkInput;

/**
 * The body of a request or a response (RFC 9112, section 6): of a length that is told, in chunks, or up to the end of
 * the stream. A body that is cut is an error, and so is one whose length is told in two ways.
 */
public final class BodyReader extends BulkInput {
    /** Bytes of the line before a chunk. */
    private static final int CHUNK_LINE = 256;

    /** Bytes of the fields behind the last chunk. */
    private static final int TRAILERS = 8 << 10;

    private static final long UNTIL_END = Long.MAX_VALUE;

    private final HeadReader.Source source;
    private final ByteBuffer buffer;
    private final boolean chunked;
    private final boolean untilEnd;
    private final long most;
    private long left;
    private long read;
    private boolean ended;
    private HttpHeaders trailers = HttpHeaders.NONE;

    private BodyReader(HeadReader.Source source, ByteBuffer rest, boolean chunked, long length, long most) {
        this.source = source;
        this.chunked = chunked;
        this.most = most;
        untilEnd = length == UNTIL_END;
        left = chunked ? 0 : length;
        ended = !chunked && length == 0;
        byte[] bytes = new byte[Math.max(8192, rest.remaining())];
        buffer = ByteBuffer.wrap(bytes);
        buffer.put(rest).flip();
    }

    /**
     * The body of a request: none unless its length is told.
     *
     * @param rest bytes that were read behind the head
     * @param most bytes that it may have
     * @throws HttpProtocolException if its length is told in two ways, malformed, or beyond the limit
     */
    public static BodyReader ofRequest(HttpHeaders headers, HeadReader.Source source, ByteBuffer rest, long most)
            throws HttpProtocolException {
        return of(headers, source, rest, 0, most);
    }

    /**
     * The body of a response.
     *
     * @param head whether the request was HEAD
     * @throws HttpProtocolException if its length is told in two ways, malformed, or beyond the limit
     */
    public static BodyReader ofResponse(
            ResponseHead response, boolean head, HeadReader.Source source, ByteBuffer rest, long most)
            throws HttpProtocolException {
        int status = response.status();
        if (head || status == 204 || status == 304 || status < 200) {
            return new BodyReader(source, rest, false, 0, most);
        }
        return of(response.headers(), source, rest, UNTIL_END, most);
    }

    private static BodyReader of(
            HttpHeaders headers, HeadReader.Source source, ByteBuffer rest, long otherwise, long most)
            throws HttpProtocolException {
        List<String> encodings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length");
        if (!encodings.isEmpty()) {
            if (encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked") || !lengths.isEmpty()) {
                throw new HttpProtocolException(400, "a body whose length is told in another way than by chunks alone");
            }
            return new BodyReader(source, rest, true, 0, most);
        }
        if (lengths.isEmpty()) {
            return new BodyReader(source, rest, false, otherwise, most);
        }
        String length = lengths.getFirst();
        if (lengths.size() > 1 || !length.matches("[0-9]{1,18}")) {
            throw new HttpProtocolException(400, "a malformed Content-Length");
        }
        long bytes = Long.parseLong(length);
        if (bytes > most) {
            throw tooLong(most);
        }
        return new BodyReader(source, rest, false, bytes, most);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!ended && left == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = take(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            if (untilEnd) {
                ended = true;
                return -1;
            }
            throw new EOFException("the stream ends " + left + " bytes before the body does");
        }
        read += count;
        if (read > most) {
            throw tooLong(most);
        }
        if (!untilEnd) {
            left -= count;
        }
        if (left == 0) {
            if (chunked) {
                if (!line(2).isEmpty()) {
                    throw new HttpProtocolException(400, "a chunk that is longer than was told");
                }
            } else {
                ended = true;
            }
        }
        return count;
    }

    /** The fields behind a body in chunks, once that has ended. */
    public HttpHeaders trailers() {
        return trailers;
    }

    private void nextChunk() throws IOException {
        String line = line(CHUNK_LINE);
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).strip();
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw new HttpProtocolException(400, "a malformed length of a chunk");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            List<String> lines = new ArrayList<>();
            int bytes = 0;
            for (String field = line(TRAILERS); !field.isEmpty(); field = line(TRAILERS)) {
                lines.add(field);
                bytes += field.length() + 2;
                if (bytes > TRAILERS) {
                    throw new HttpProtocolException(431, "more than " + TRAILERS + " bytes of fields behind the body");
                }
            }
            trailers = HeadParser.headers(lines);
            ended = true;
        }
    }

    /** A line without its end. */
    private String line(int most) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (!buffer.hasRemaining() && fill() < 0) {
                throw new EOFException("the stream ends inside a body of chunks");
            }
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
                return line.substring(0, line.length() - 1);
            }
            if (c == '\n' || line.length() >= most) {
                throw new HttpProtocolException(400, "a malformed line in a body of chunks");
            }
            line.append(c);
        }
    }

    private int take(byte[] target, int offset, int length) throws IOException {
        if (!buffer.hasRemaining()) {
            if (length >= buffer.capacity()) {
                return source.read(ByteBuffer.wrap(target, offset, length));
            }
            if (fill() < 0) {
                return -1;
            }
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    private int fill() throws IOException {
        buffer.clear();
        int count = source.read(buffer);
        buffer.flip();
        return count;
    }

    private static HttpProtocolException tooLong(long most) {
        return new HttpProtocolException(413, "a body of more than " + most + " bytes");
    }
}
