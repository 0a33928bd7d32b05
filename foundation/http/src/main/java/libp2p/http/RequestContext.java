package libp2p.http;

import java.io.IOException;
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

    /** The same context, whose client is known by an id that it has proven. */
    default RequestContext withPeer(PeerId proven) {
        RequestContext context = this;
        return new RequestContext() {
            @Override
            public void check() throws IOException {
                context.check();
            }

            @Override
            public void whenLeft(Runnable action) {
                context.whenLeft(action);
            }

            @Override
            public PeerId peer() {
                return proven;
            }

            @Override
            public boolean isSecure() {
                return context.isSecure();
            }
        };
    }
}
