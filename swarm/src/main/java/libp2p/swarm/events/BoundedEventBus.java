package libp2p.swarm.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.identity.PeerId;

/** Delivers events to bounded queues; a publisher never waits for a subscriber. Thread-safe. */
public final class BoundedEventBus implements EventBus {
    /** Events that a subscriber may be behind before some are dropped. */
    public static final int DEFAULT_CAPACITY = 1024;

    /** Bytes of what remote peers say about themselves that a subscriber may be behind. */
    public static final long MOST_BYTES = 4 << 20;

    private final Environment environment;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<EventQueue<?>> subscribers = new ArrayList<>();
    private final Set<PeerId> connected = new HashSet<>();
    private final SequencedMap<Object, HostEvent> current = new LinkedHashMap<>();

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
    public <E extends HostEvent> Subscription<E> subscribe(Class<E> type, Predicate<? super E> wanted, Duration pace) {
        EventQueue.Interest<E> interest = new EventQueue.Interest<>(type, wanted, pace.toNanos());
        EventQueue<E> queue =
                new EventQueue<>(environment, interest, capacity, MOST_BYTES, connected::contains, this::remove);
        lock.lock();
        try {
            current.values().forEach(queue::offer);
            subscribers.add(queue);
        } finally {
            lock.unlock();
        }
        return queue;
    }

    /** Subscriptions that are open. */
    public int subscriptions() {
        lock.lock();
        try {
            return subscribers.size();
        } finally {
            lock.unlock();
        }
    }

    private void remove(EventQueue<?> queue) {
        lock.lock();
        try {
            subscribers.remove(queue);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void publish(HostEvent event) {
        lock.lock();
        try {
            if (note(event)) {
                subscribers.forEach(subscriber -> subscriber.offer(event));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the event is true: those about a connected peer are not once it is gone. */
    private boolean note(HostEvent event) {
        if (event instanceof ConnectednessChanged changed) {
            if (changed.connectedness() == Connectedness.NOT_CONNECTED) {
                connected.remove(changed.peer());
            } else {
                connected.add(changed.peer());
            }
        }
        Object subject = event.subject();
        if (event.isCurrentValue() && subject != null) {
            current.put(subject, event);
        }
        PeerId peer = event.connectedPeer();
        return peer == null || connected.contains(peer);
    }
}
