package libp2p.exchange.http;

import java.io.IOException;
import java.util.Map;
import libp2p.core.environment.Deadline;
import org.jspecify.annotations.Nullable;

/** Calls one HTTP server. Redirects are not followed and nothing is decompressed. Thread-safe. */
public interface HttpCaller extends AutoCloseable {
    /** The place of the server, for messages and as the key of its reputation. */
    String name();

    /**
     * Sends a request and waits for the head of the answer; blocks.
     *
     * @param target path and query, escaped, from the slash on
     * @param body of the request, or null
     * @param deadline of the whole answer: reading its body fails when it has passed
     * @throws HttpException if the server cannot be reached or breaks the protocol
     */
    HttpReply call(String method, String target, Map<String, String> headers, byte @Nullable [] body, Deadline deadline)
            throws IOException;

    @Override
    void close();
}
