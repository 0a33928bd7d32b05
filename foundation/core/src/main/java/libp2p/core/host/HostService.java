package libp2p.core.host;

import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * A part that lives as long as its host, such as identify. The life of a service:
 *
 * <ol>
 *   <li>{@link #start}, in the order of installation: the host does not listen yet, and dials do not reuse ports.
 *   <li>{@link #listening}, in the same order: the host listens on all its addresses.
 *   <li>{@link #connectionOpened} and {@link #connectionClosed}, for each connection in this order, from many threads.
 *   <li>{@link #closing}: the host takes no more connections, those it has are still open. All services say goodbye to
 *   their peers at the same time.
 *   <li>{@link #close}, in the reverse order, while the connections end: their {@link #connectionClosed} may follow.
 * </ol>
 */
public interface HostService extends AutoCloseable {
    /** Registers handlers and subscriptions. The host does not listen yet; must not dial. */
    void start(Host host);

    /** The host listens on all its addresses and may dial. Called once, without locks; must not block. */
    default void listening() {}

    /** A connection is ready. Called without locks, before anybody can get the connection's streams; must not block. */
    default void connectionOpened(Connection connection) {}

    /** A connection has ended. Called without locks; must not block. */
    default void connectionClosed(Connection connection) {}

    /**
     * The host is about to end its connections: the last moment to send a farewell. Called once, on a thread of its
     * own, unless the host never listened; may block until the deadline, after which the connections end anyway. A new
     * stream may be cut by the end of its connection: a farewell that must arrive waits until the peer has ended the
     * stream.
     */
    default void closing(Deadline deadline) {}

    /** Releases everything; idempotent. */
    @Override
    void close();

    /**
     * Requires a part that a service has from its start on. Never blocks.
     *
     * @param service the name that the error tells
     * @param part null before the start
     * @return the part
     * @throws IllegalStateException if there is no such part yet, since no host has started the service
     */
    static <T> T started(String service, @Nullable T part) {
        if (part == null) {
            throw new IllegalStateException(
                    service + " is not started: give it to the builder of a host by with(…) first");
        }
        return part;
    }
}
