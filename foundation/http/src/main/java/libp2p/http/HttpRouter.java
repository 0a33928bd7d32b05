package libp2p.http;

import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Hands each request to the handler of its path; the longest path goes first. Thread-safe. */
public final class HttpRouter implements HttpHandler {
    private final NavigableMap<String, HttpHandler> handlers;
    private final HttpHandler otherwise;

    /**
     * A router.
     *
     * @param handlers by the path that each answers with all below it, without a slash at its end
     * @param otherwise for all other paths
     */
    public HttpRouter(Map<String, HttpHandler> handlers, HttpHandler otherwise) {
        this.handlers = new TreeMap<>(handlers);
        this.otherwise = otherwise;
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        String path = request.path();
        // The handlers are few; the elements of a path are as many as its sender likes.
        for (Map.Entry<String, HttpHandler> handler : handlers.descendingMap().entrySet()) {
            String prefix = handler.getKey();
            boolean below = path.length() == prefix.length() || path.startsWith("/", prefix.length());
            if (!prefix.isEmpty() && below && path.startsWith(prefix)) {
                return handler.getValue().handle(request);
            }
        }
        return otherwise.handle(request);
    }
}
