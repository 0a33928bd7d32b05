package libp2p.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes heads. Names and values that would end a line, or the head, are refused. */
public final class HeadWriter {
    private HeadWriter() {}

    /**
     * The head of a request.
     *
     * @param target path and query, escaped
     * @throws IllegalArgumentException if a part has characters that no head may have
     */
    public static byte[] request(String method, String target, List<HttpHeaders.Field> fields) {
        if (target.isEmpty() || !target.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a target with characters that must be escaped");
        }
        return head(method + " " + target + " HTTP/1.1", fields);
    }

    /**
     * The head of a response.
     *
     * @throws IllegalArgumentException if a field has characters that no head may have
     */
    public static byte[] response(int status, List<HttpHeaders.Field> fields) {
        return head("HTTP/1.1 " + status + " " + HttpResponse.reason(status), fields);
    }

    private static byte[] head(String first, List<HttpHeaders.Field> fields) {
        return lines(new StringBuilder(first).append("\r\n"), fields);
    }

    /** The fields behind the last chunk of a body (RFC 9112, section 7.1.2), and the empty line. */
    static byte[] trailers(List<HttpHeaders.Field> fields) {
        return lines(new StringBuilder(), fields);
    }

    private static byte[] lines(StringBuilder lines, List<HttpHeaders.Field> fields) {
        for (HttpHeaders.Field field : fields) {
            if (!HeadParser.isToken(field.name()) || !field.value().chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("a header field that no head may have: " + field.name());
            }
            lines.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return lines.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }
}
