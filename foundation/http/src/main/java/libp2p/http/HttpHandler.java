package libp2p.http;

import java.io.IOException;

/** Answers requests, whatever carries them: TCP with or without TLS, or a stream of a peer. Thread-safe; may block. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * The response to a request.
     *
     * @param request whose body is bounded by the server; longer work asks its {@linkplain HttpRequest#context context}
     *     whether it is still wanted, also while the body of the response is written
     * @throws IOException if there is no response: the server breaks the request off
     */
    HttpResponse handle(HttpRequest request) throws IOException;
}
