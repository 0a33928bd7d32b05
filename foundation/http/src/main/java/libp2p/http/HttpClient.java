package libp2p.http;

import java.io.IOException;
import libp2p.core.environment.Deadline;

/**
 * Sends requests to one server, whatever carries them: the client of the JDK, streams of a peer, or plain TCP.
 * Redirects are not followed and nothing is decompressed. Thread-safe.
 */
public interface HttpClient extends AutoCloseable {
    /** The place of the server, for messages and as the key of its reputation. */
    String name();

    /**
     * Sends a request and waits for the head of the response; blocks.
     *
     * @param request whose body is read whole first; how long it is, and the Host, are added
     * @param deadline of the whole response: reading its body fails when it has passed
     * @throws HttpRequestException if the server cannot be reached or breaks the protocol
     */
    HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException;

    @Override
    void close();
}
