package libp2p.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes HTTP heads apart (RFC 9112, sections 3 to 5) without any of the leniency that lets two readers disagree.
 * Thread-safe.
 */
public final class HeadParser {
    private static final String VERSION = "HTTP/1.1";

    private final HeadLimits limits;

    /** A parser within limits. */
    public HeadParser(HeadLimits limits) {
        this.limits = limits;
    }

    /**
     * The head of a request.
     *
     * @param head as {@link HeadReader#read} gives it
     * @throws HttpProtocolException if it is malformed, too long, or of another version
     */
    public HttpRequest request(String head) throws HttpProtocolException {
        List<String> lines = lines(head);
        String[] parts = lines.getFirst().split(" ", -1);
        if (parts.length != 3 || !isToken(parts[0]) || !isTarget(parts[1])) {
            throw new HttpProtocolException(400, "a malformed request line");
        }
        if (!parts[2].equals(VERSION)) {
            throw new HttpProtocolException(505, "another version than " + VERSION);
        }
        return new HttpRequest(parts[0], parts[1], headers(lines.subList(1, lines.size())));
    }

    /**
     * The head of a response.
     *
     * @param head as {@link HeadReader#read} gives it
     * @throws HttpProtocolException if it is malformed or too long
     */
    public ResponseHead response(String head) throws HttpProtocolException {
        List<String> lines = lines(head);
        String line = lines.getFirst();
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new HttpProtocolException(502, "a malformed status line");
        }
        int codeAt = VERSION.length() + 1;
        return new ResponseHead(
                Integer.parseInt(line, codeAt, codeAt + 3, 10), headers(lines.subList(1, lines.size())));
    }

    private List<String> lines(String head) throws HttpProtocolException {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < head.length()) {
            int end = head.indexOf("\r\n", start);
            String line = end < 0 ? head.substring(start) : head.substring(start, end);
            if (line.length() > limits.lineBytes()) {
                throw new HttpProtocolException(431, "a line of more than " + limits.lineBytes() + " bytes");
            }
            if (lines.size() > limits.fields()) {
                throw new HttpProtocolException(431, "more than " + limits.fields() + " header fields");
            }
            if (!line.chars().allMatch(HeadParser::isText)) {
                throw new HttpProtocolException(400, "a control character in a head");
            }
            lines.add(line);
            start = end < 0 ? head.length() : end + 2;
        }
        if (lines.isEmpty()) {
            throw new HttpProtocolException(400, "an empty head");
        }
        return lines;
    }

    static HttpHeaders headers(List<String> lines) throws HttpProtocolException {
        List<HttpHeaders.Field> fields = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0 || !isToken(line.substring(0, colon))) {
                throw new HttpProtocolException(400, "a malformed header field");
            }
            fields.add(new HttpHeaders.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new HttpHeaders(fields);
    }

    private static boolean isText(int c) {
        return c == '\t' || (c >= ' ' && c != 0x7f);
    }

    private static boolean isTarget(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HeadParser::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
