package libp2p.transports.websocket.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import libp2p.core.connection.RawConnection;
import libp2p.http.HeadLimits;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening handshake. The origin, subprotocols and extensions that a client names are passed
 * over: peers prove who they are inside the WebSocket.
 */
public final class ServerHandshake {
    /** Bodies of up to 9,999 bytes. */
    private static final Pattern SHORT_LENGTH = Pattern.compile("[0-9]{1,4}");

    private static final String VERSION = "13";

    private final @Nullable String path;
    private final boolean fallback;
    private final HeadLimits limits;

    /** The outcome of a handshake. */
    public sealed interface Outcome {
        /** @param rest bytes of the WebSocket that have been read already */
        record Upgraded(ByteBuffer rest) implements Outcome {}

        /**
         *
         * @param request the request, which is none for a WebSocket
         * @param rest bytes of the body that have been read already
         */
        record Ordinary(HttpRequest request, ByteBuffer rest) implements Outcome {}
    }

    /** Asked about a request before it is answered. */
    @FunctionalInterface
    public interface Admission {
        /** @throws IOException if its sender is refused: an {@link HttpProtocolException} is answered */
        void admit(HttpHeaders headers) throws IOException;
    }

    /**
     * @param path the only path on which upgrades are taken, or null for all
     * @param fallback whether a handler takes requests that are no upgrade
     */
    public ServerHandshake(@Nullable String path, boolean fallback, HeadLimits limits) {
        this.path = path;
        this.fallback = fallback;
        this.limits = limits;
    }

    /**
     * Reads a request and accepts the upgrade; blocks. A request that is refused is answered with a short text first.
     *
     * @throws HttpProtocolException if the request is malformed or refused
     */
    public Outcome accept(RawConnection raw) throws IOException {
        return accept(raw, headers -> {});
    }

    /** As {@link #accept(RawConnection)}, if the sender is admitted. */
    public Outcome accept(RawConnection raw, Admission admission) throws IOException {
        HeadReader reader = new HeadReader(raw::read, limits);
        HttpRequest request = null;
        try {
            request = new HeadParser(limits).request(reader.read());
            admission.admit(request.headers());
            if (!isUpgrade(request)) {
                return ordinary(request, reader);
            }
            String key = check(request);
            String response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + AcceptKey.of(key) + "\r\n\r\n";
            raw.write(ByteBuffer.wrap(response.getBytes(StandardCharsets.US_ASCII)));
            return new Outcome.Upgraded(reader.rest());
        } catch (HttpProtocolException refused) {
            if (request != null) {
                discardBody(raw, request, reader.rest().remaining());
            }
            answer(raw, request != null && request.method().equals("HEAD"), refused);
            throw refused;
        }
    }

    private static boolean isUpgrade(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return headers.hasToken("Upgrade", "websocket") && headers.hasToken("Connection", "upgrade");
    }

    private Outcome ordinary(HttpRequest request, HeadReader reader) throws HttpProtocolException {
        if (fallback) {
            return new Outcome.Ordinary(request, reader.rest());
        }
        // As go-libp2p and js-libp2p answer, so that a port does not tell scanners more than theirs do.
        boolean here = path == null || path.equals(request.rawPath());
        throw new HttpProtocolException(
                404, here ? "a request without an upgrade to WebSocket" : "another path than " + path);
    }

    private String check(HttpRequest request) throws HttpProtocolException {
        HttpHeaders headers = request.headers();
        if (!request.method().equals("GET")) {
            throw new HttpProtocolException(405, "an upgrade by another method than GET");
        }
        if (headers.only("Host") == null) {
            throw new HttpProtocolException(400, "not one Host");
        }
        if (!headers.all("Transfer-Encoding").isEmpty()
                || !headers.all("Content-Length").stream().allMatch("0"::equals)) {
            throw new HttpProtocolException(400, "an upgrade with a body");
        }
        if (path != null && !path.equals(request.rawPath())) {
            throw new HttpProtocolException(404, "another path than " + path);
        }
        if (!VERSION.equals(headers.only("Sec-WebSocket-Version"))) {
            throw new HttpProtocolException(426, "another version than " + VERSION);
        }
        String key = headers.only("Sec-WebSocket-Key");
        if (key == null || !AcceptKey.isKey(key)) {
            throw new HttpProtocolException(400, "not one Sec-WebSocket-Key of " + AcceptKey.KEY_BYTES + " bytes");
        }
        return key;
    }

    /**
     * Reads a short body that belongs to a refused request. A socket that is closed with bytes in it that were not
     * read is reset, and a reset takes the answer away from the client (RFC 9112, section 9.6).
     */
    private static void discardBody(RawConnection raw, HttpRequest request, int read) throws IOException {
        String length = request.headers().only("Content-Length");
        if (length == null
                || !SHORT_LENGTH.matcher(length).matches()
                || request.headers().hasToken("Expect", "100-continue")) {
            return;
        }
        ByteBuffer body = ByteBuffer.allocate(Math.max(0, Integer.parseInt(length) - read));
        while (body.hasRemaining() && raw.read(body) >= 0) {
            // until all is read or the client has gone
        }
    }

    private static void answer(RawConnection raw, boolean head, HttpProtocolException refused) throws IOException {
        String text = "This is the WebSocket of a libp2p peer: " + refused.getMessage();
        switch (refused.status()) {
            case 426 ->
                ShortAnswer.write(raw, head, 426, text, "Upgrade: websocket", "Sec-WebSocket-Version: " + VERSION);
            case 405 -> ShortAnswer.write(raw, head, 405, text, "Allow: GET");
            default -> ShortAnswer.write(raw, head, refused.status(), text);
        }
    }
}
