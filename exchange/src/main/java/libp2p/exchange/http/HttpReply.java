package libp2p.exchange.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import libp2p.core.resource.LimitExceededException;

/**
 * An answer, to be closed.
 *
 * @param status of HTTP
 * @param headers by name in lower case; repeated ones joined by commas
 * @param body read as it comes
 */
public record HttpReply(int status, Map<String, String> headers, InputStream body) implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    /** A header, or the empty text. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /**
     * The whole body; blocks.
     *
     * @throws LimitExceededException if it is longer than the limit; read no further
     */
    public byte[] bytes(String what, int limit) throws IOException {
        String told = header("content-length");
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

    /** Ends the answer where it is. */
    @Override
    public void close() throws IOException {
        body.close();
    }
}
