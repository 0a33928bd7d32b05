package libp2p.transports.websocket.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import libp2p.core.connection.RawConnection;
import libp2p.http.HttpResponse;

/** Short answers to requests that are no upgrade. */
final class ShortAnswer {
    private ShortAnswer() {}

    /**
     * Answers with a short text and announces the end of the connection; blocks.
     *
     * @param head whether the request was HEAD, which is answered with everything but the text (RFC 9110, 9.3.2)
     */
    static void write(RawConnection raw, boolean head, int status, String text, String... fields) throws IOException {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        StringBuilder lines = new StringBuilder("HTTP/1.1 " + status + " " + HttpResponse.reason(status) + "\r\n");
        for (String field : fields) {
            lines.append(field).append("\r\n");
        }
        lines.append("Content-Type: text/plain; charset=utf-8\r\n")
                .append("Content-Length: ")
                .append(body.length)
                .append("\r\nConnection: close\r\n\r\n");
        byte[] headBytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer response =
                ByteBuffer.allocate(headBytes.length + body.length).put(headBytes);
        raw.write((head ? response : response.put(body)).flip());
    }
}
