package libp2p.transports.websocket;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import libp2p.http.HeadLimits;

/**
 * Bounds of the WebSocket transport.
 *
 * @param head of HTTP requests and responses
 */
@LimitGroup("websocket")
public record WebSocketLimits(
        @Bound(
                value = "15s",
                least = "1ms",
                most = "1d",
                is = "how long TLS and the HTTP upgrade of an accepted connection may take")
        Duration handshakeTimeout,

        @Bound(
                value = "100ms",
                least = "1ms",
                most = "1d",
                is = "how long closing waits for the network to take the close frame")
        Duration closeTimeout,

        @Bound(
                value = "128KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "that a peer may send in one TLS handshake; more fail it")
        int tlsHandshakeBytes,

        @Bound(
                value = "1MiB",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "of one frame of a peer, which is never held whole; a longer one ends the connection")
        long frameBytes,

        @Bound(
                value = "100",
                least = "1",
                most = "1000000",
                unit = "frames a second",
                is = "without data, pings included, that a peer may send; more end the connection")
        int emptyFramesPerSecond,

        HeadLimits head,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "7d",
                is = "how long one HTTP request that is no WebSocket upgrade may take in the application's handler")
        Duration fallbackTimeout,

        @Bound(
                value = "1MiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is = "in the body of one HTTP request to the application's handler; a longer one is refused with 413")
        long fallbackBodyBytes) {
    /** The defaults. */
    public static final WebSocketLimits DEFAULT = Bounds.defaults(WebSocketLimits.class);

    public WebSocketLimits {
        Bounds.check(
                WebSocketLimits.class,
                handshakeTimeout,
                closeTimeout,
                tlsHandshakeBytes,
                frameBytes,
                emptyFramesPerSecond,
                head,
                fallbackTimeout,
                fallbackBodyBytes);
    }
}
