package libp2p.node.discovery;

/** Prints one event. */
@FunctionalInterface
public interface DiscoveryPrinter {
    /**
     * Prints.
     *
     * @param human what people read
     * @param fields name, value, name, value, …
     */
    void event(String name, String human, Object... fields);
}
