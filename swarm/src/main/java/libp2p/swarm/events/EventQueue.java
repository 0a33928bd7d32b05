package libp2p.swarm.events;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.ProtocolsChanged;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one subscriber. Events that tell a state replace an older one of the same subject when the queue is full, so
 * that the last state is never lost; other events are dropped then, and counted.
 */
final class EventQueue<E extends HostEvent> implements Subscription<E> {
    private final Class<E> type;
    private final int capacity;
    private final Consumer<EventQueue<E>> closedAction;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition available;
    private final ArrayDeque<E> events = new ArrayDeque<>();
    private long dropped;
    private boolean closed;

    EventQueue(Environment environment, Class<E> type, int capacity, Consumer<EventQueue<E>> closedAction) {
        this.type = type;
        this.capacity = capacity;
        this.closedAction = closedAction;
        this.available = new TimedCondition(environment, lock);
    }

    void offer(HostEvent event) {
        if (!type.isInstance(event)) {
            return;
        }
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (events.size() >= capacity && !makeRoom(event)) {
                dropped++;
                return;
            }
            events.addLast(type.cast(event));
            available.signal();
        } finally {
            lock.unlock();
        }
    }

    /** In a full queue a state replaces an older one of its subject, or else the oldest event that is no state. */
    private boolean makeRoom(HostEvent event) {
        Object subject = subject(event);
        if (subject == null) {
            return false;
        }
        if (events.removeIf(older -> subject.equals(subject(older)))) {
            return true;
        }
        dropped++;
        for (E older : events) {
            if (subject(older) == null) {
                return events.remove(older);
            }
        }
        events.removeFirst(); // nothing but states of other subjects: the oldest is the stalest
        return true;
    }

    private static @Nullable Object subject(HostEvent event) {
        return switch (event) {
            case ConnectednessChanged changed -> changed.peer();
            case AddressesChanged changed -> AddressesChanged.class;
            case ProtocolsChanged changed -> ProtocolsChanged.class;
            case ReachabilityChanged changed -> ReachabilityChanged.class;
            default -> null;
        };
    }

    @Override
    public @Nullable E take(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (events.isEmpty() && !closed) {
                if (!available.await(deadline) && events.isEmpty()) {
                    return null;
                }
            }
            return next();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable E poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable E next() {
        return events.pollFirst();
    }

    @Override
    public long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            events.clear();
            available.signalAll();
        } finally {
            lock.unlock();
        }
        closedAction.accept(this);
    }
}
