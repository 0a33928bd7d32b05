package libp2p.transports.websocket;

import java.time.Duration;
import libp2p.http.HeadLimits;

/**
 * Bounds of the WebSocket transport.
 *
 * @param handshakeTimeout from accepting a connection until TLS and the HTTP upgrade are done; go-libp2p has 15 s too
 * @param closeTimeout how long closing waits to get its goodbye into the socket
 * @param tlsHandshakeBytes most bytes that are read in a TLS handshake
 * @param frameBytes payload of the longest frame that is accepted; frames are never held whole
 * @param emptyFramesPerSecond frames without a byte of data, pings included, that a peer may send in a second
 * @param head of HTTP requests and responses
 * @param fallbackTimeout for one request that is handed to an application's HTTP handler
 */
public record WebSocketLimits(
        Duration handshakeTimeout,
        Duration closeTimeout,
        int tlsHandshakeBytes,
        long frameBytes,
        int emptyFramesPerSecond,
        HeadLimits head,
        Duration fallbackTimeout) {
    /** The defaults. */
    public static final WebSocketLimits DEFAULT = new WebSocketLimits(
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            128 << 10,
            1 << 20,
            100,
            HeadLimits.DEFAULT,
            Duration.ofSeconds(60));
}
