package libp2p.node.dht;

/** Prints one event. */
@FunctionalInterface
public interface DhtPrinter {
    /**
     * Prints.
     *
     * @param human what people read
     * @param fields name, value, name, value, …
     */
    void event(String name, String human, Object... fields);
}
