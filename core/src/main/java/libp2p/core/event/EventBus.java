package libp2p.core.event;

import java.time.Duration;
import java.util.function.Predicate;

/** Delivers events to subscribers, each through a bounded queue of its own. Thread-safe. */
public interface EventBus {
    /**
     * Subscribes to events of a type and its subtypes that are published from now on. Of those that are a {@linkplain
     * HostEvent#isCurrentValue current value} the last ones come first.
     */
    default <E extends HostEvent> Subscription<E> subscribe(Class<E> type) {
        return subscribe(type, event -> true, Duration.ZERO);
    }

    /**
     * Subscribes as {@link #subscribe(Class)} does, but wakes the taker less often: a thread that wakes for every
     * connection costs more than many a handler.
     *
     * @param wanted the events that the subscriber is told; asked while the event is published, so it must be quick
     * @param pace the time from one batch of events to the next at least. The first event is handed out at once; those
     *     that come after the taker has emptied the queue wait until this time has passed since then. Zero for none
     */
    <E extends HostEvent> Subscription<E> subscribe(Class<E> type, Predicate<? super E> wanted, Duration pace);

    /** Gives an event to all subscribers; never blocks. */
    void publish(HostEvent event);
}
