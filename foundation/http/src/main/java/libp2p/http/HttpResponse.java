package libp2p.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The response to a request, as a server gives it.
 *
 * @param status 100 to 599
 * @param headers those of the application; how long the body is, is added
 * @param length bytes of the body, −1 if that is not known before
 * @param body writes the bytes
 * @param trailers fields behind a body whose length is not told; asked for when the body is written
 * @param memory bytes that are held while the body is written
 */
public record HttpResponse(
        int status, HttpHeaders headers, long length, Body body, Supplier<HttpHeaders> trailers, long memory) {
    /** Bytes of a body that are in memory at once: those of the largest block. */
    public static final int LARGE = 2 << 20;

    /** Writes a body. */
    @FunctionalInterface
    public interface Body {
        /** Writes it; blocks. An exception breaks the response off, so that it is not taken for whole. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** A response that holds its body, and no more than a block of one that is longer or whose length is not known. */
    public HttpResponse(int status, HttpHeaders headers, long length, Body body, Supplier<HttpHeaders> trailers) {
        this(status, headers, length, body, trailers, length < 0 ? LARGE : Math.min(length, LARGE));
    }

    /** A response without trailers. */
    public HttpResponse(int status, HttpHeaders headers, long length, Body body) {
        this(status, headers, length, body, () -> HttpHeaders.NONE);
    }

    /** A response with header fields by name. */
    public HttpResponse(int status, Map<String, String> headers, long length, Body body) {
        this(status, HttpHeaders.of(headers), length, body);
    }

    /** Bytes with header fields by name. */
    public static HttpResponse bytes(int status, Map<String, String> headers, byte[] body) {
        return new HttpResponse(status, headers, body.length, out -> out.write(body));
    }

    /** Bytes of a type. */
    public static HttpResponse bytes(int status, String type, byte[] body) {
        return bytes(status, Map.of("Content-Type", type), body);
    }

    /** A text as it is, with header fields by name. */
    public static HttpResponse of(int status, Map<String, String> headers, String text) {
        return bytes(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A short message as a line of plain text. */
    public static HttpResponse text(int status, String message) {
        return bytes(status, "text/plain; charset=utf-8", (message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A short message as a line of plain text, with header fields by name. */
    public static HttpResponse text(int status, Map<String, String> headers, String message) {
        return of(status, headers, message + "\n").with("Content-Type", "text/plain; charset=utf-8");
    }

    /** The same response with one line of this name. */
    public HttpResponse with(String name, String value) {
        return new HttpResponse(status, headers.with(name, value), length, body, trailers, memory);
    }

    /** The same response, whose body is written through a filter, such as one that keeps it to a rate. */
    public HttpResponse through(UnaryOperator<OutputStream> filter) {
        return new HttpResponse(status, headers, length, out -> body.writeTo(filter.apply(out)), trailers, memory);
    }

    /** The same response, whose body holds so many bytes while it is written. */
    public HttpResponse holding(long bytes) {
        return new HttpResponse(status, headers, length, body, trailers, bytes);
    }

    /** The phrase of a status (RFC 9110, section 15). */
    public static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 410 -> "Gone";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 416 -> "Range Not Satisfiable";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Status";
        };
    }
}
