package libp2p.http.streams;

import java.io.IOException;
import java.io.InputStream;
import libp2p.core.identity.PeerId;
import libp2p.http.Client;
import libp2p.http.HttpAnswer;
import libp2p.http.HttpRequest;

/** Answers requests of peers. Thread-safe; may block. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * The answer to a request.
     *
     * @param peer who asks, known from its connection
     * @param request as it came; the handler finds the namespace at the start of the path
     * @param body bounded by {@link libp2p.http.HttpLimits#bodyBytes}
     * @param client whom longer work asks whether it is still wanted, also while the body of the answer is written
     */
    HttpAnswer handle(PeerId peer, HttpRequest request, InputStream body, Client client) throws IOException;
}
