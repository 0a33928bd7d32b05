package libp2p.exchange.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Answers requests, whatever carries them. Thread-safe; may block. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * The answer to a request, or null if it is for somebody else.
     *
     * @param body of the request, bounded by the server
     */
    @org.jspecify.annotations.Nullable
    GatewayResponse handle(GatewayRequest request, InputStream body) throws IOException;

    /** Asks the handlers one after the other. */
    static HttpHandler firstOf(List<HttpHandler> handlers) {
        return (request, body) -> {
            for (HttpHandler handler : handlers) {
                GatewayResponse response = handler.handle(request, body);
                if (response != null) {
                    return response;
                }
            }
            return null;
        };
    }
}
