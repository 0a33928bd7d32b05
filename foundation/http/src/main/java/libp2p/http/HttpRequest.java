package libp2p.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request: its head, and where a server has received it, its body and its context. Its parts do not change, but its
 * body is read once. For one thread.
 */
public final class HttpRequest {
    private final String method;
    private final String target;
    private final HttpHeaders headers;
    private final InputStream body;
    private final RequestContext context;
    private @Nullable String path;
    private @Nullable Map<String, String> query;

    /**
     * A request without a body, of a client that waits for ever.
     *
     * @param method as it is sent, such as {@code GET}
     * @param target path and query as they are sent, escaped, for example {@code /path?query}
     */
    public HttpRequest(String method, String target, HttpHeaders headers) {
        this(method, target, headers, InputStream.nullInputStream(), RequestContext.PATIENT);
    }

    private HttpRequest(String method, String target, HttpHeaders headers, InputStream body, RequestContext context) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.context = context;
    }

    /** A request without a body, with header fields by name. */
    public static HttpRequest of(String method, String target, Map<String, String> headers) {
        return new HttpRequest(method, target, HttpHeaders.of(headers));
    }

    /** The same request for another resource. */
    public HttpRequest withTarget(String value) {
        return new HttpRequest(method, value, headers, body, context);
    }

    /** The same request with other header fields. */
    public HttpRequest withHeaders(HttpHeaders value) {
        return new HttpRequest(method, target, value, body, context);
    }

    /** The same request with a body; how long that is, is not added to the header fields. */
    public HttpRequest withBody(InputStream value) {
        return new HttpRequest(method, target, headers, value, context);
    }

    /** The same request with a body; how long that is, is not added to the header fields. */
    public HttpRequest withBody(byte[] value) {
        return withBody(new ByteArrayInputStream(value));
    }

    /** The same request in a context. */
    public HttpRequest withContext(RequestContext value) {
        return new HttpRequest(method, target, headers, body, value);
    }

    /** The method as it is sent, such as {@code GET}. */
    public String method() {
        return method;
    }

    /** Path and query as they are sent. */
    public String target() {
        return target;
    }

    /** The target without its query, as it is sent. */
    public String rawPath() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /**
     * The path, decoded.
     *
     * @throws IllegalArgumentException if an escape is malformed
     */
    public String path() {
        String known = path;
        if (known == null) {
            known = decoded(rawPath().replace("+", "%2B"));
            path = known;
        }
        return known;
    }

    /**
     * The parameters of the query by name, decoded; of repeated ones the first.
     *
     * @throws IllegalArgumentException if an escape is malformed
     */
    public Map<String, String> query() {
        Map<String, String> known = query;
        if (known == null) {
            known = parameters();
            query = known;
        }
        return known;
    }

    private Map<String, String> parameters() {
        int mark = target.indexOf('?');
        if (mark < 0) {
            return Map.of();
        }
        Map<String, String> parameters = new HashMap<>();
        for (String part : target.substring(mark + 1).split("&")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            parameters.putIfAbsent(decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The header fields, in the order in which they came. */
    public HttpHeaders headers() {
        return headers;
    }

    /** A header field, the lines of its name joined by commas; empty if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The body; reading it blocks. */
    public InputStream body() {
        return body;
    }

    /** The context, which is asked while the answer is made whether it is still wanted. */
    public RequestContext context() {
        return context;
    }
}
