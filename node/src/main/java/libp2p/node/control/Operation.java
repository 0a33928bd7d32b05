package libp2p.node.control;

import java.io.IOException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;

/** One command that a node does for its owner, at one path. Called by many threads at once. */
@FunctionalInterface
public interface Operation {
    /**
     * Does it, or makes a response whose body does it while it is written; blocks.
     *
     * @throws IOException that is told the client, with its exit code
     * @throws RuntimeException likewise, such as a malformed argument
     */
    HttpResponse run(HttpRequest request) throws IOException;
}
