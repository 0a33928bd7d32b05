package libp2p.node.pubsub;

/** Prints an event, for people or as JSON. */
@FunctionalInterface
public interface PubSubEvents {
    /** @param fields name, value, name, value, … */
    void event(String name, String human, Object... fields);
}
