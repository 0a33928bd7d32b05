package libp2p.swarm.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.identity.PeerId;

/**
 * Delivers events to bounded queues; a publisher never waits for a subscriber. Closing it ends the calls of handlers.
 * Subscribers that take their events close their subscriptions themselves. Thread-safe.
 */
public final class BoundedEventBus implements EventBus, AutoCloseable {
    /** Events that a subscriber may be behind before some are dropped. */
    public static final int DEFAULT_CAPACITY = 1024;

    /** Bytes of what remote peers say about themselves that a subscriber may be behind. */
    public static final long MOST_BYTES = 4 << 20;

    private final Environment environment;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<EventQueue<?>> subscribers = new ArrayList<>();
    /** What the subscribers are interested in: replaced as a whole, so that it is read without the lock. */
    private volatile Class<?>[] types = {};

    private final Set<PeerId> connected = new HashSet<>();
    private final SequencedMap<Object, HostEvent> current = new LinkedHashMap<>();
    /** The queues of handlers, which are among the subscribers too. */
    private final Set<EventQueue<?>> handled = new LinkedHashSet<>();

    private boolean closed;

    /** The default number of events that wait for each subscriber. */
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
        EventQueue<E> queue = queue(new EventQueue.Interest<>(type, wanted, pace.toNanos()));
        lock.lock();
        try {
            add(queue);
        } finally {
            lock.unlock();
        }
        return queue;
    }

    @Override
    public <E extends HostEvent> EventRegistration subscribe(Class<E> type, Consumer<? super E> handler) {
        EventQueue<E> queue = queue(new EventQueue.Interest<>(type, event -> true, 0));
        EventCalls<E> calls = new EventCalls<>(environment, queue, handler);
        lock.lock();
        try {
            if (!closed) {
                add(queue);
                handled.add(queue);
            }
        } finally {
            lock.unlock();
        }
        calls.await();
        return calls;
    }

    private <E extends HostEvent> EventQueue<E> queue(EventQueue.Interest<E> interest) {
        return new EventQueue<>(environment, interest, capacity, MOST_BYTES, connected::contains, this::remove);
    }

    private void add(EventQueue<?> queue) {
        current.values().forEach(queue::offer);
        subscribers.add(queue);
        noteTypes();
    }

    private void noteTypes() {
        types = subscribers.stream().map(EventQueue::type).distinct().toArray(Class<?>[]::new);
    }

    @Override
    public boolean hasSubscribers(Class<? extends HostEvent> type) {
        for (Class<?> each : types) {
            if (each.isAssignableFrom(type)) {
                return true;
            }
        }
        return false;
    }

    /** Ends the calls of all handlers; those that run go on. Idempotent; does not block. */
    @Override
    public void close() {
        List<EventQueue<?>> ended;
        lock.lock();
        try {
            closed = true;
            ended = List.copyOf(handled);
        } finally {
            lock.unlock();
        }
        ended.forEach(EventQueue::close);
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
            handled.remove(queue);
            noteTypes();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void publish(HostEvent event) {
        List<EventQueue<?>> called;
        lock.lock();
        try {
            if (!note(event)) {
                return;
            }
            subscribers.forEach(subscriber -> subscriber.offer(event));
            called = List.copyOf(handled);
        } finally {
            lock.unlock();
        }
        called.forEach(EventQueue::tellAvailable);
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
        } else if (subject != null) {
            current.remove(subject);
        }
        PeerId peer = event.connectedPeer();
        return peer == null || connected.contains(peer);
    }
}
