package libp2p.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import libp2p.core.resource.LimitExceededException;

/**
 * The response to a request, as a client receives it; to be closed.
 *
 * @param status of HTTP
 * @param headers in the order in which they came
 * @param body read as it comes
 * @param trailers fields behind the body, as far as the client tells them; to be asked for when the body has ended
 */
public record HttpClientResponse(int status, HttpHeaders headers, InputStream body, Supplier<HttpHeaders> trailers)
        implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    /** A response without trailers. */
    public HttpClientResponse(int status, HttpHeaders headers, InputStream body) {
        this(status, headers, body, () -> HttpHeaders.NONE);
    }

    /** A header field, the lines of its name joined by commas; empty if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /**
     * The whole body; blocks.
     *
     * @throws LimitExceededException if it is longer than the limit; read no further
     */
    public byte[] bytes(String what, int limit) throws IOException {
        String told = header("Content-Length");
        if (told.matches("[0-9]{1,18}") && Long.parseLong(told) > limit) {
            throw new LimitExceededException(
                    what, "bytes", Long.parseLong(told), limit, LimitExceededException.Side.LOCAL);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            out.write(piece, 0, count);
            if (out.size() > limit) {
                throw new LimitExceededException(what, "bytes", out.size(), limit, LimitExceededException.Side.LOCAL);
            }
        }
        return out.toByteArray();
    }

    /** Ends the response where it is. */
    @Override
    public void close() throws IOException {
        body.close();
    }
}
