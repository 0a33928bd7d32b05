package libp2p.node.control;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.buffer.BulkInput;
import libp2p.http.HttpRequest;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The files in the body of a request (RFC 7578), one after the other, each read as it comes; of the names and attributes
 * that Kubo's clients give. A body that is cut is an error. One thread.
 */
public final class MultipartReader implements MultipartBody.Parts {
    private static final int BUFFER = 1 << 16;

    /** Bytes of the lines before the content of one part. */
    private static final int HEAD = 64 << 10;

    private static final Pattern BOUNDARY = Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))");

    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean ended;
    private @Nullable Content open;

    private MultipartReader(InputStream in, String boundary) {
        this.in = in;
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        buffer[to++] = '\r'; // the first boundary may stand at the start
        buffer[to++] = '\n';
        open = new Content();
    }

    /**
     * The files of a request.
     *
     * @throws MalformedException if its body is of another type
     */
    public static MultipartReader of(HttpRequest request) {
        String type = request.header("Content-Type");
        Matcher boundary = BOUNDARY.matcher(type);
        if (!type.toLowerCase(Locale.ROOT).startsWith("multipart/") || !boundary.find()) {
            throw new MalformedException("file argument is required: a body of type multipart/form-data");
        }
        return new MultipartReader(request.body(), boundary.group(1) != null ? boundary.group(1) : boundary.group(2));
    }

    /**
     * The next part, whose predecessor is read to its end; null behind the last one. Blocks.
     *
     * @throws MalformedException if it is malformed
     */
    @Override
    public MultipartBody.@Nullable Part next() throws IOException {
        if (open != null) {
            open.transferTo(OutputStream.nullOutputStream());
            open = null;
            String rest = line(2);
            if (rest.startsWith("--")) {
                ended = true;
            }
        }
        if (ended) {
            in.transferTo(OutputStream.nullOutputStream()); // so that the end of the body is seen
            return null;
        }
        Map<String, String> head = head();
        String disposition = head.getOrDefault("content-disposition", "");
        String name = parameter(disposition, "name");
        int mark = name.indexOf('?');
        open = new Content();
        return new MultipartBody.Part(
                decoded(parameter(disposition, "filename")),
                head.getOrDefault("content-type", MultipartBody.FILE),
                mark < 0 ? "" : name.substring(mark + 1),
                open);
    }

    private Map<String, String> head() throws IOException {
        Map<String, String> head = new HashMap<>();
        int bytes = 0;
        for (String line = line(HEAD); !line.isEmpty(); line = line(HEAD)) {
            bytes += line.length();
            int colon = line.indexOf(':');
            if (colon < 1 || bytes > HEAD) {
                throw new MalformedException("the head of a part of the body");
            }
            head.put(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return head;
    }

    /** A parameter of a field, as it stands behind its quotes; empty if it is not there. */
    private static String parameter(String field, String name) {
        int at = field.indexOf(';');
        while (at >= 0) {
            int equals = field.indexOf('=', at);
            if (equals < 0) {
                return "";
            }
            StringBuilder value = new StringBuilder();
            int end = value(field, equals + 1, value);
            if (field.substring(at + 1, equals).strip().equals(name)) {
                return value.toString();
            }
            at = field.indexOf(';', end);
        }
        return "";
    }

    /** Reads a value from a place on; returns the place behind it. */
    private static int value(String field, int from, StringBuilder value) {
        if (from == field.length() || field.charAt(from) != '"') {
            int end = field.indexOf(';', from);
            end = end < 0 ? field.length() : end;
            value.append(field.substring(from, end).strip());
            return end;
        }
        int at = from + 1;
        while (at < field.length() && field.charAt(at) != '"') {
            if (field.charAt(at) == '\\' && at + 1 < field.length()) {
                at++;
            }
            value.append(field.charAt(at++));
        }
        return Math.min(at + 1, field.length());
    }

    /** Names are escaped by Kubo's clients, and by others not. */
    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException plain) {
            return name;
        }
    }

    /** A line without its end, or what stands behind the last boundary. */
    private String line(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean returned = false;
        while (line.size() < most) {
            if (from == to && !fill()) {
                throw cut();
            }
            byte b = buffer[from++];
            if (b == '\n' && returned) {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            returned = b == '\r';
            line.write(b);
        }
        if (most > 2) {
            throw new MalformedException("a line of more than " + most + " bytes in the body");
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static EOFException cut() {
        return new EOFException("the body ends within a file");
    }

    /** Reads more, behind what is there; false at the end. */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int count = in.read(buffer, to, buffer.length - to);
        if (count < 0) {
            return false;
        }
        to += count;
        return true;
    }

    /** Ends nothing: the body is closed by its server. */
    @Override
    public void close() {}

    /** The content of one part. */
    private final class Content extends BulkInput {
        private boolean over;

        /** Bytes from here on that are known to be content. */
        private int known;

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (over || length == 0) {
                return over ? -1 : 0;
            }
            if (known == 0) {
                known = content();
            }
            while (known == 0 && to - from < delimiter.length) {
                if (!fill()) {
                    throw cut();
                }
                known = content();
            }
            if (known == 0) {
                over = true;
                from += delimiter.length;
                return -1;
            }
            int count = Math.min(known, length);
            System.arraycopy(buffer, from, target, offset, count);
            from += count;
            known -= count;
            return count;
        }

        /** Bytes in the buffer that are content for certain. */
        private int content() {
            for (int at = from; at < to; at++) {
                if (buffer[at] == '\r' && isDelimiter(at)) {
                    return at - from;
                }
            }
            return to - from;
        }

        /** Whether the delimiter stands here, as far as the buffer reaches. */
        private boolean isDelimiter(int at) {
            int known = Math.min(delimiter.length, to - at);
            for (int i = 1; i < known; i++) {
                if (buffer[at + i] != delimiter[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
