package libp2p.transports.websocket.http;

import java.io.IOException;
import libp2p.core.connection.RawConnection;
import libp2p.http.HttpRequest;

/** An application's HTTP handler on a port that also takes WebSockets: gets every request that is no upgrade. */
@FunctionalInterface
public interface HttpFallback {
    /**
     * Answers one request; blocks. The connection is closed afterwards, and when the time for it is over. Called on a
     * thread of its own, several at a time.
     *
     * @param connection gives the bytes behind the head and takes the whole response, which should say {@code
     *     Connection: close}; without TLS, which is taken off already
     */
    void handle(HttpRequest request, RawConnection connection) throws IOException;
}
