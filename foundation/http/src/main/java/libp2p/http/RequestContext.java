package libp2p.http;

import java.io.IOException;
import java.net.InetAddress;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of a request that a server has received: whether its client still waits, who that is, and how it
 * came. Asked by the thread that handles the request.
 */
@FunctionalInterface
public interface RequestContext {
    /** The context of a client that waits for ever and is not known. */
    RequestContext PATIENT = () -> {};

    /**
     * Returns while the answer is wanted; asked before each step of work, such as a block that is loaded. Now and then it
     * lets other threads go first. Never waits for the client.
     *
     * @throws ClientGoneException if it has left
     * @throws libp2p.core.failure.DeadlineExceededException if the time of the request is over, or too much of it has
     *     passed without a byte for the client
     */
    void check() throws IOException;

    /**
     * Has something done, by another thread, as soon as the client has left; nothing where nothing watches for that.
     *
     * @param action that returns at once, such as closing what the answer waits for
     */
    default void whenLeft(Runnable action) {}

    /** The id that the client has proven, by its connection or in the request; null if it has proven none. */
    default @Nullable PeerId peer() {
        return null;
    }

    /** Whether the request came over TLS, so that links to this server begin with {@code https}. */
    default boolean isSecure() {
        return false;
    }

    /** The address that the request came from, perhaps that of a proxy; null where there is none, as over streams. */
    default @Nullable InetAddress address() {
        return null;
    }

    /** The same context, whose client is known by an id that it has proven. */
    default RequestContext withPeer(PeerId proven) {
        return new ChangedContext(this, proven, isSecure());
    }

    /** The same context of a request whose client speaks TLS, or does not, to a proxy. */
    default RequestContext withSecure(boolean secure) {
        return new ChangedContext(this, peer(), secure);
    }
}
