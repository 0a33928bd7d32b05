package libp2p.transports.websocket.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.http.HeadLimits;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpProtocolException;
import libp2p.http.ResponseHead;

/** The client's side of the opening handshake; redirects and demands to log in are not followed. */
public final class ClientHandshake {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Environment environment;
    private final HeadLimits limits;

    /** Handshakes of a client; keys come from the environment's randomness, headers are bounded by the limits. */
    public ClientHandshake(Environment environment, HeadLimits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    /**
     * Upgrades a connection; blocks.
     *
     * @param authority host, and port unless it is the usual one
     * @param target path, escaped
     * @return bytes of the WebSocket that have been read already
     * @throws HttpProtocolException if the server does not agree
     */
    public ByteBuffer upgrade(RawConnection raw, String authority, String target) throws IOException {
        byte[] nonce = new byte[AcceptKey.KEY_BYTES];
        environment.secureRandom(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        String request = "GET " + target + " HTTP/1.1\r\nHost: " + authority
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
                + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
        raw.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        HeadReader reader = new HeadReader(raw::read, limits);
        check(new HeadParser(limits).response(reader.read()), key);
        return reader.rest();
    }

    private static void check(ResponseHead response, String key) throws HttpProtocolException {
        int status = response.status();
        HttpHeaders headers = response.headers();
        if (status != SWITCHING_PROTOCOLS) {
            throw new HttpProtocolException(status, "the server answers the upgrade with status " + status);
        }
        if (!headers.hasToken("Upgrade", "websocket") || !headers.hasToken("Connection", "upgrade")) {
            throw new HttpProtocolException(status, "the server upgrades to something else than a WebSocket");
        }
        if (!AcceptKey.of(key).equals(headers.only("Sec-WebSocket-Accept"))) {
            throw new HttpProtocolException(status, "the server has not answered the key");
        }
        if (!headers.all("Sec-WebSocket-Extensions").isEmpty()
                || !headers.all("Sec-WebSocket-Protocol").isEmpty()) {
            throw new HttpProtocolException(status, "the server chose extensions or a protocol that were not offered");
        }
    }
}
