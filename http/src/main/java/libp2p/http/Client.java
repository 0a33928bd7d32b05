package libp2p.http;

import java.io.IOException;

/** The client of a request, as the one who works for its answer sees it. Asked by the thread that handles the request. */
@FunctionalInterface
public interface Client {
    /** One that waits for ever. */
    Client PATIENT = () -> {};

    /**
     * Returns while the answer is wanted; asked before each step of work, such as a block that is loaded. Now and then it
     * lets other threads go first. Never waits for the client.
     *
     * @throws ClientGoneException if it has left
     * @throws libp2p.core.failure.DeadlineExceededException if the time of the request is over, or too much of it has
     *     passed without a byte for the client
     */
    void check() throws IOException;
}
