package libp2p.http.jetty;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of this module. */
@LimitGroup("http-server")
public record HttpServerLimits(
        @Bound(
                value = "4096",
                least = "1",
                most = "1000000",
                unit = "connections",
                is = "of HTTP clients at a time; for further ones those go that are without a request")
        int connections,

        @Bound(
                value = "1024",
                least = "1",
                most = "1000000",
                unit = "requests",
                is = "under way at a time; more are answered with 429 and Retry-After")
        int requests,

        @Bound(
                value = "16KiB",
                least = "1KiB",
                most = "1MiB",
                unit = "bytes",
                is = "in the header of one request; a longer one is refused with 431")
        int headerBytes,

        @Bound(
                value = "1MiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is = "in the body of one request; a longer one is refused; 0: none may have a body")
        int bodyBytes,

        @Bound(
                value = "256",
                least = "1",
                most = "1000000",
                unit = "streams",
                is = "of one HTTP/2 connection at a time; more are refused")
        int streams,

        @Bound(
                value = "30s",
                least = "1ms",
                most = "1d",
                is =
                        "for which nothing may move on a connection or stream, and in which the head of a request must be complete")
        Duration idle,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "7d",
                is = "for which an answer may be worked at while no byte goes to the client, after which it is ended")
        Duration silence,

        @Bound(
                value = "1h",
                least = "1ms",
                most = "365d",
                is = "for one request from its first byte to the last of its answer, after which it is ended")
        Duration request,

        @Bound(
                value = "1KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes a second",
                is = "that a client must take of an answer and send of a body on average; a slower one is cut off")
        int slowest,

        @Bound(
                value = "2MiB",
                least = "16KiB",
                most = "1GiB",
                unit = "bytes",
                is = "in all heads together that are not complete; the connection with the longest one is ended")
        int incompleteHeadBytes,

        @Bound(
                value = "1s",
                least = "0s",
                most = "1h",
                is =
                        "for which a client may have its request wait, less what its bytes are worth at brisk, while others"
                                + " need its place or the memory of its answer")
        Duration patience,

        @Bound(
                value = "64KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes a second",
                is = "below which a client is in the way of others; see patience")
        int brisk) {
    /** The defaults. */
    public static final HttpServerLimits DEFAULT = Bounds.defaults(HttpServerLimits.class);

    public HttpServerLimits {
        Bounds.check(
                HttpServerLimits.class,
                connections,
                requests,
                headerBytes,
                bodyBytes,
                streams,
                idle,
                silence,
                request,
                slowest,
                incompleteHeadBytes,
                patience,
                brisk);
    }

    /** With another number of connections. */
    public HttpServerLimits withConnections(int value) {
        return new HttpServerLimits(
                value,
                requests,
                headerBytes,
                bodyBytes,
                streams,
                idle,
                silence,
                request,
                slowest,
                incompleteHeadBytes,
                patience,
                brisk);
    }

    /** With another time for one request. */
    public HttpServerLimits withRequest(Duration value) {
        return new HttpServerLimits(
                connections,
                requests,
                headerBytes,
                bodyBytes,
                streams,
                idle,
                silence,
                value,
                slowest,
                incompleteHeadBytes,
                patience,
                brisk);
    }

    /** With another number of requests. */
    public HttpServerLimits withRequests(int value) {
        return new HttpServerLimits(
                connections,
                value,
                headerBytes,
                bodyBytes,
                streams,
                idle,
                silence,
                request,
                slowest,
                incompleteHeadBytes,
                patience,
                brisk);
    }

    /** With another time for work without a byte for the client. */
    public HttpServerLimits withSilence(Duration value) {
        return new HttpServerLimits(
                connections,
                requests,
                headerBytes,
                bodyBytes,
                streams,
                idle,
                value,
                request,
                slowest,
                incompleteHeadBytes,
                patience,
                brisk);
    }

    /** With another time without movement. */
    public HttpServerLimits withIdle(Duration value) {
        return new HttpServerLimits(
                connections,
                requests,
                headerBytes,
                bodyBytes,
                streams,
                value,
                silence,
                request,
                slowest,
                incompleteHeadBytes,
                patience,
                brisk);
    }
}
