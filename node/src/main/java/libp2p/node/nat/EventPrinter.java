package libp2p.node.nat;

/** Prints one event. */
@FunctionalInterface
public interface EventPrinter {
    /**
     * Prints.
     *
     * @param human what people read
     * @param fields name, value, name, value, …
     */
    void event(String name, String human, Object... fields);
}
