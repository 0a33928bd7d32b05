package libp2p.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a request, as a server gives it.
 *
 * @param status 100 to 599
 * @param headers those of the application; how long the body is, is added
 * @param length bytes of the body, −1 if that is not known before
 * @param body writes the bytes
 */
public record HttpAnswer(int status, HttpHeaders headers, long length, Body body) {
    /** Writes a body. */
    @FunctionalInterface
    public interface Body {
        /** Writes it; blocks. An exception breaks the answer off, so that nobody takes it for whole. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** A short text. */
    public static HttpAnswer text(int status, String text) {
        return bytes(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes of a type. */
    public static HttpAnswer bytes(int status, String type, byte[] body) {
        HttpHeaders headers = new HttpHeaders(List.of(new HttpHeaders.Field("Content-Type", type)));
        return new HttpAnswer(status, headers, body.length, out -> out.write(body));
    }

    /** With one header field more. */
    public HttpAnswer with(String name, String value) {
        List<HttpHeaders.Field> fields = new ArrayList<>(headers.fields());
        fields.add(new HttpHeaders.Field(name, value));
        return new HttpAnswer(status, new HttpHeaders(fields), length, body);
    }
}
