package libp2p.core.event;

import java.time.Duration;
import java.util.function.Consumer;
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

    /**
     * Calls a handler with the events of a type and its subtypes, one at a time in their order, and first with the last
     * ones that are a {@linkplain HostEvent#isCurrentValue current value}.
     *
     * <p>The calls are made on a virtual thread of the host, which exists only while there are events: the handler may
     * block, and delays no other handler. Events that arrive meanwhile wait in a bounded queue, as for {@link
     * #subscribe(Class)}. An exception that leaves the handler is logged, and the handler is called with the next
     * event. The host's {@code close} ends the registration after the events of its last connections.
     */
    <E extends HostEvent> EventRegistration subscribe(Class<E> type, Consumer<? super E> handler);

    /**
     * Whether anything subscribes to events of a type now, so that an event which is told often need not be made in
     * vain. Takes no lock and allocates nothing.
     */
    boolean hasSubscribers(Class<? extends HostEvent> type);

    /** Gives an event to all subscribers; never blocks. */
    void publish(HostEvent event);
}
