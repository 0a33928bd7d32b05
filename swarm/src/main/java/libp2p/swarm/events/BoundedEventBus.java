package libp2p.swarm.events;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent;
import libp2p.core.event.Subscription;

/** Delivers events to bounded queues; a publisher never waits for a subscriber. Thread-safe. */
public final class BoundedEventBus implements EventBus {
    /** Events that a subscriber may be behind before some are dropped. */
    public static final int DEFAULT_CAPACITY = 1024;

    /** Bytes of what remote peers say about themselves that a subscriber may be behind. */
    public static final long MOST_BYTES = 4 << 20;

    private final Environment environment;
    private final int capacity;
    private final List<EventQueue<?>> subscribers = new CopyOnWriteArrayList<>();

    public BoundedEventBus(Environment environment) {
        this(environment, DEFAULT_CAPACITY);
    }

    /** @param capacity events per subscriber, at least 1 */
    public BoundedEventBus(Environment environment, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a queue of " + capacity + " events");
        }
        this.environment = environment;
        this.capacity = capacity;
    }

    @Override
    public <E extends HostEvent> Subscription<E> subscribe(Class<E> type) {
        EventQueue<E> queue = new EventQueue<>(environment, type, capacity, MOST_BYTES, subscribers::remove);
        subscribers.add(queue);
        return queue;
    }

    @Override
    public void publish(HostEvent event) {
        for (EventQueue<?> subscriber : subscribers) {
            subscriber.offer(event);
        }
    }
}
