package libp2p.core.host;

/**
 * A protocol that lives as long as its host, such as identify. Installed while the host is built, started before it
 * listens, closed after its connections.
 */
public interface HostService extends AutoCloseable {
    /** Registers handlers and subscriptions. The host does not listen yet. */
    void start(Host host);

    /** Releases everything; idempotent. */
    @Override
    void close();
}
