package libp2p.node.nat;

import java.util.function.Supplier;

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

    /**
     * Prints an event that comes often, whose text is made only if people read it.
     *
     * @param human called at most once
     */
    default void event(String name, Supplier<String> human, Object... fields) {
        event(name, human.get(), fields);
    }
}
