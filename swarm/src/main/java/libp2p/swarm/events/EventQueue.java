package libp2p.swarm.events;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one subscriber. Most events tell a state of some subject; in a full queue a newer state takes the place of
 * the older ones of its subject, and what the taker knows already is left out, so that the last state is never lost: the
 * queue may outgrow its capacity by the subjects whose state the taker does not know, which are no more than twice the peers
 * that are connected or that it believes to be. Other events are dropped when the queue is full, and counted; what peers say about
 * themselves can be long, so that the queue is full too when it holds many bytes of it.
 */
final class EventQueue<E extends HostEvent> implements Subscription<E> {
    /** Bytes of a small object and what it takes to refer to it. */
    private static final int OBJECT = 64;

    private final Class<E> type;
    private final int capacity;
    private final long mostBytes;
    private final Predicate<PeerId> isConnected;
    private final Consumer<EventQueue<E>> closedAction;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition available;
    private final ArrayDeque<E> events = new ArrayDeque<>();
    /** The peers of which the taker knows that they are connected. */
    private final Map<PeerId, Connectedness> told = new HashMap<>();

    private long bytes;
    private long dropped;
    private boolean closed;

    /** @param isConnected asked while an event is offered, by the thread that offers it */
    EventQueue(
            Environment environment,
            Class<E> type,
            int capacity,
            long mostBytes,
            Predicate<PeerId> isConnected,
            Consumer<EventQueue<E>> closedAction) {
        this.type = type;
        this.capacity = capacity;
        this.mostBytes = mostBytes;
        this.isConnected = isConnected;
        this.closedAction = closedAction;
        this.available = new TimedCondition(environment, lock);
    }

    void offer(HostEvent event) {
        if (!type.isInstance(event)) {
            return;
        }
        lock.lock();
        try {
            if (!closed && hasRoom(event)) {
                events.addLast(type.cast(event));
                bytes += bytes(event);
                available.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(HostEvent event) {
        long more = bytes(event);
        if (more > 0 && bytes + more > mostBytes) {
            dropped++;
            return false;
        }
        return events.size() < capacity || makeRoom(event);
    }

    /** About how much heap an event takes that a remote peer can make long; 0 for the others. None of them tells a state. */
    private static long bytes(HostEvent event) {
        if (!(event instanceof PeerIdentified identified)) {
            return 0;
        }
        long sum = OBJECT;
        for (String protocol : identified.protocols()) {
            sum += OBJECT + protocol.length();
        }
        for (Multiaddr address : identified.addresses()) {
            sum += OBJECT + address.size();
        }
        return sum;
    }

    /** Returns whether an event that meets a full queue is to be put into it. */
    private boolean makeRoom(HostEvent event) {
        Object subject = event.subject();
        if (subject == null) {
            dropped++;
            return false;
        }
        if (events.removeIf(older -> subject.equals(older.subject()))) {
            return !isTold(event);
        }
        if (!dropOldestThatIsNoState()) {
            compact();
        }
        return true;
    }

    private boolean dropOldestThatIsNoState() {
        for (Iterator<E> iterator = events.iterator(); iterator.hasNext(); ) {
            E event = iterator.next();
            if (event.subject() == null) {
                iterator.remove();
                bytes -= bytes(event);
                dropped++;
                return true;
            }
        }
        return false;
    }

    /** Keeps the last state of every subject, unless the older ones cancel out. */
    private void compact() {
        Set<Object> subjects = new HashSet<>();
        ArrayDeque<E> kept = new ArrayDeque<>();
        Set<Object> repeated = new HashSet<>();
        for (E event : events) {
            Object subject = event.subject();
            if (subject != null && !subjects.add(subject)) {
                repeated.add(subject);
            }
        }
        subjects.clear();
        for (Iterator<E> iterator = events.descendingIterator(); iterator.hasNext(); ) {
            E event = iterator.next();
            Object subject = event.subject();
            if (subject != null
                    && isTrue(event)
                    && subjects.add(subject)
                    && !(repeated.contains(subject) && isTold(event))) {
                kept.addFirst(event);
            }
        }
        events.clear();
        events.addAll(kept);
        bytes = 0; // only states are kept
    }

    private boolean isTrue(HostEvent event) {
        PeerId peer = event.connectedPeer();
        return peer == null || isConnected.test(peer);
    }

    /** Whether the taker knows the state, when older events of the subject have gone. */
    private boolean isTold(HostEvent event) {
        return event instanceof ConnectednessChanged changed
                && told.getOrDefault(changed.peer(), Connectedness.NOT_CONNECTED) == changed.connectedness();
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
        E event = events.pollFirst();
        if (event != null) {
            bytes -= bytes(event);
        }
        if (event instanceof ConnectednessChanged changed) {
            if (changed.connectedness() == Connectedness.NOT_CONNECTED) {
                told.remove(changed.peer());
            } else {
                told.put(changed.peer(), changed.connectedness());
            }
        }
        return event;
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
            told.clear();
            available.signalAll();
        } finally {
            lock.unlock();
        }
        closedAction.accept(this);
    }
}
