package libp2p.core.host;

import libp2p.core.connection.Connection;

/**
 * A protocol that lives as long as its host, such as identify. Installed while the host is built, started before it
 * listens, closed after its connections.
 */
public interface HostService extends AutoCloseable {
    /** Registers handlers and subscriptions. The host does not listen yet. */
    void start(Host host);

    /** A connection is ready. Called without locks, before anybody can get the connection's streams; must not block. */
    default void connectionOpened(Connection connection) {}

    /** A connection has ended. Called without locks; must not block. */
    default void connectionClosed(Connection connection) {}

    /** Releases everything; idempotent. */
    @Override
    void close();
}
