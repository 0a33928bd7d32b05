package libp2p.node.control;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import libp2p.core.buffer.BulkInput;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Files as the body of a request (RFC 7578), in the form of Kubo's clients: a directory stands before what is in it, and
 * each name is the whole path. Each file is opened when its turn comes. One thread.
 */
public final class MultipartBody extends BulkInput {
    /** The type of a file. */
    public static final String FILE = "application/octet-stream";

    /** The type of a directory, which has no content. */
    public static final String DIRECTORY = "application/x-directory";

    /** The type of a symbolic link, whose content is its target. */
    public static final String SYMLINK = "application/symlink";

    /**
     * One file, directory or symbolic link.
     *
     * @param path with slashes, relative
     * @param type one of the types above
     * @param attributes mode and times, as a query; empty for none
     * @param content closed when it has been read
     */
    public record Part(String path, String type, String attributes, InputStream content) {}

    /** Gives parts one after the other. */
    public interface Parts extends Closeable {
        /** The next one; null if there is none. */
        @Nullable
        Part next() throws IOException;

        @Override
        default void close() throws IOException {}
    }

    private final Parts parts;
    private final String boundary;
    private InputStream current = InputStream.nullInputStream();
    private boolean begun;
    private boolean ended;

    /**
     * A body of these parts, which it closes.
     *
     * @param environment source of the boundary, which must not occur in the files
     */
    public MultipartBody(Environment environment, Parts parts) {
        this.parts = parts;
        byte[] random = new byte[16];
        environment.secureRandom(random);
        boundary = HexFormat.of().formatHex(random);
    }

    /** A body of one file without a name. */
    public static MultipartBody of(Environment environment, InputStream content) {
        @Nullable Part[] one = {new Part("", FILE, "", content)};
        return new MultipartBody(environment, () -> {
            Part next = one[0];
            one[0] = null;
            return next;
        });
    }

    /** The type of the body. */
    public String type() {
        return "multipart/form-data; boundary=" + boundary;
    }

    private boolean next() throws IOException {
        current.close();
        if (ended) {
            return false;
        }
        Part part = parts.next();
        String before = begun ? "\r\n--" : "--";
        begun = true;
        if (part == null) {
            ended = true;
            current = bytes(before + boundary + "--\r\n");
            return true;
        }
        InputStream head = bytes(before + boundary + "\r\nContent-Disposition: form-data; name=\"file"
                + (part.attributes().isEmpty() ? "" : "?" + part.attributes()) + "\"; filename=\""
                + URLEncoder.encode(part.path(), StandardCharsets.UTF_8) + "\"\r\nContent-Type: " + part.type()
                + "\r\n\r\n");
        current = new Joined(head, part.content());
        return true;
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = current.read(target, offset, length);
        while (count < 0 && next()) {
            count = current.read(target, offset, length);
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        try (parts) {
            current.close();
        }
    }

    /** A head, and the content behind it. */
    private static final class Joined extends InputStream {
        private final InputStream head;
        private final InputStream content;

        Joined(InputStream head, InputStream content) {
            this.head = head;
            this.content = content;
        }

        @Override
        public int read() throws IOException {
            int b = head.read();
            return b >= 0 ? b : content.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = head.read(target, offset, length);
            return count > 0 ? count : content.read(target, offset, length);
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
