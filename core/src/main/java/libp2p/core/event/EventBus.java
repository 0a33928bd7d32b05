package libp2p.core.event;

/** Delivers events to subscribers, each through a bounded queue of its own. Thread-safe. */
public interface EventBus {
    /**
     * Subscribes to events of a type and its subtypes that are published from now on. Of those that are a {@linkplain
     * HostEvent#isCurrentValue current value} the last ones come first.
     */
    <E extends HostEvent> Subscription<E> subscribe(Class<E> type);

    /** Gives an event to all subscribers; never blocks. */
    void publish(HostEvent event);
}
