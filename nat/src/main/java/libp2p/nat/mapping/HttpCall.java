package libp2p.nat.mapping;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;

/**
 * One HTTP/1.1 request to a device of the local network, on a connection of its own; the answer is bounded in bytes and
 * time.
 */
final class HttpCall {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Duration MOST = Duration.ofSeconds(3);

    /**
     * An answer.
     *
     * @param status such as 200
     * @param body without the encoding in chunks
     */
    record Answer(int status, byte[] body) {}

    private HttpCall() {}

    /**
     * Sends a request and reads the answer to its end; blocks.
     *
     * @param head the first line and further headers, each with its line end; host and length are added
     */
    static Answer send(Environment environment, InetSocketAddress target, String head, byte[] body, Deadline deadline)
            throws IOException {
        Deadline until = deadline.earlier(Deadline.after(environment, MOST));
        String text = head + "Host: " + target.getAddress().getHostAddress() + ":" + target.getPort() + "\r\n"
                + "Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        TcpChannel channel = environment.network().connectTcp(null, target, until);
        Timer end = environment.schedule(until.remainingNanos(environment), channel::close);
        try {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(body));
            return parse(readAll(channel));
        } catch (IOException e) {
            throw until.passed(environment) ? new DeadlineExceededException("a call to " + target) : e;
        } finally {
            end.cancel();
            channel.close();
        }
    }

    private static byte[] readAll(TcpChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (!isComplete(all.toByteArray()) && channel.read(buffer.clear()) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            if (all.size() > MAX_BYTES) {
                throw new GatewayException(Method.UPNP, "an answer of more than " + MAX_BYTES + " bytes", 0);
            }
        }
        return all.toByteArray();
    }

    /**
     * Whether the length that the answer names is reached; some devices keep the connection open although asked not to.
     */
    private static boolean isComplete(byte[] all) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n");
        if (body < 0) {
            return false;
        }
        String head = text.substring(0, body).toLowerCase(Locale.ROOT);
        if (head.contains("transfer-encoding:")) {
            return text.endsWith("\r\n0\r\n\r\n");
        }
        int at = head.indexOf("\r\ncontent-length:");
        if (at < 0) {
            return false;
        }
        int end = head.indexOf("\r\n", at + 2);
        String number = head.substring(at + 17, end < 0 ? head.length() : end).strip();
        return number.matches("\\d{1,6}") && all.length >= body + 4 + Integer.parseInt(number);
    }

    /** Takes an answer apart. */
    static Answer parse(byte[] all) throws GatewayException {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n");
        if (!text.matches("(?s)HTTP/1\\.[01] \\d{3}.*") || body < 0) {
            throw new GatewayException(Method.UPNP, "an answer that is not HTTP", 0);
        }
        int status = Integer.parseInt(text.substring(9, 12));
        String rest = text.substring(body + 4);
        boolean chunked = text.substring(0, body).toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        return new Answer(status, (chunked ? unchunk(rest) : rest).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String unchunk(String chunks) throws GatewayException {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (true) {
            int line = chunks.indexOf("\r\n", at);
            String size = line < 0 ? "" : chunks.substring(at, line).strip();
            if (!size.matches("[0-9a-fA-F]{1,5}")) {
                throw new GatewayException(Method.UPNP, "a malformed chunk", 0);
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                return body.toString();
            }
            if (line + 2 + length > chunks.length()) {
                throw new GatewayException(Method.UPNP, "a chunk that is cut", 0);
            }
            body.append(chunks, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
    }
}
