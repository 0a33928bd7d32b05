package libp2p.swarm.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
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
 * The queue of one subscriber. Most events tell a state of some subject; in a full queue a newer state takes the place
 * of the older ones of its subject, and a state that the taker knows already is left out, so that the last state is
 * never lost: the queue may outgrow its capacity by the subjects whose state the taker does not know, which are no
 * more than twice the peers that are connected or that it believes to be. Other events are dropped when the queue is
 * full, and counted; what peers say about themselves can be long, so that the queue is full too when it holds many
 * bytes of it.
 */
final class EventQueue<E extends HostEvent> implements Subscription<E> {
    /** Bytes of a small object and what it takes to refer to it. */
    private static final int OBJECT = 64;

    private final Interest<E> interest;
    private final Environment environment;
    private final int capacity;
    private final long mostBytes;
    private final Predicate<PeerId> isConnected;
    private final Consumer<EventQueue<E>> closedAction;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition available;
    /** Signalled when the queue is closed. */
    private final TimedCondition ended;

    private final ArrayDeque<E> events = new ArrayDeque<>();
    /** The peers of which the taker knows that they are connected. */
    private final Map<PeerId, Connectedness> told = new HashMap<>();

    private long bytes;
    private long dropped;
    private boolean closed;
    /** Runs when there is an event; null if no handler waits so. */
    private @Nullable Runnable action;
    /** Whether the taker is in the middle of a batch. */
    private boolean open;
    /** When the next batch may begin. */
    private long opensAt;

    /**
     * The events that a subscriber hears of.
     *
     * @param type of its events
     * @param wanted which of them; called by publishers
     * @param paceNanos from one batch to the next
     */
    record Interest<E extends HostEvent>(Class<E> type, Predicate<? super E> wanted, long paceNanos) {
        boolean holds(HostEvent event) {
            return type.isInstance(event) && wanted.test(type.cast(event));
        }
    }

    /** @param isConnected asked while an event is offered, by the thread that offers it */
    EventQueue(
            Environment environment,
            Interest<E> interest,
            int capacity,
            long mostBytes,
            Predicate<PeerId> isConnected,
            Consumer<EventQueue<E>> closedAction) {
        this.environment = environment;
        this.interest = interest;
        this.capacity = capacity;
        this.mostBytes = mostBytes;
        this.isConnected = isConnected;
        this.closedAction = closedAction;
        this.available = new TimedCondition(environment, lock);
        this.ended = new TimedCondition(environment, lock);
        this.opensAt = environment.nanoTime();
    }

    Class<E> type() {
        return interest.type();
    }

    void offer(HostEvent event) {
        if (!interest.holds(event)) {
            return;
        }
        lock.lock();
        try {
            if (!closed && hasRoom(event)) {
                events.addLast(interest.type().cast(event));
                bytes += bytes(event);
                available.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action that waits for an event, if there is one now. Called without locks after every offer. */
    void tellAvailable() {
        Runnable waiting;
        lock.lock();
        try {
            waiting = events.isEmpty() ? null : action;
            if (waiting != null) {
                action = null;
            }
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            waiting.run();
        }
    }

    /**
     * Whether there is an event. If not, the action runs once when there is, on the thread that publishes it. A closed
     * queue keeps no action.
     */
    boolean onAvailable(Runnable otherwise) {
        lock.lock();
        try {
            if (events.isEmpty() && !closed) {
                action = otherwise;
            }
            return !events.isEmpty();
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

    /**
     * About how much heap an event takes that a remote peer can make long; 0 for the others. None of them tells a
     * state.
     */
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
        if (event instanceof ConnectednessChanged changed && holds(subject)) {
            merge(changed);
            return false;
        }
        if (events.removeIf(older -> subject.equals(older.subject()))) {
            return true;
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

    private boolean holds(Object subject) {
        for (E event : events) {
            if (subject.equals(event.subject())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Puts a newer connectedness in the place of the older ones of the peer, before what is true only while it is
     * connected. The states before it went are left out.
     */
    private void merge(ConnectednessChanged newer) {
        PeerId peer = newer.peer();
        List<E> all = new ArrayList<>(events);
        int gone = newer.connectedness() == Connectedness.NOT_CONNECTED ? all.size() : lastGoodbye(all, peer);
        List<E> merged = new ArrayList<>(all.size() + 1);
        int place = -1;
        for (int i = 0; i < all.size(); i++) {
            E event = all.get(i);
            boolean about = peer.equals(event.connectedPeer());
            if (peer.equals(event.subject()) || about && i < gone) {
                continue;
            }
            if (about && place < 0) {
                place = merged.size();
            }
            merged.add(event);
        }
        if (!isTold(newer)) {
            merged.add(place < 0 ? merged.size() : place, interest.type().cast(newer));
        }
        replace(merged);
    }

    /** The place of the last event that says that a peer has gone, or -1. */
    private int lastGoodbye(List<E> all, PeerId peer) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i) instanceof ConnectednessChanged changed
                    && changed.peer().equals(peer)
                    && changed.connectedness() == Connectedness.NOT_CONNECTED) {
                return i;
            }
        }
        return -1;
    }

    private void replace(List<E> kept) {
        events.clear();
        events.addAll(kept);
        bytes = 0;
        kept.forEach(event -> bytes += bytes(event));
        if (!events.isEmpty()) {
            available.signal();
        }
    }

    /** Keeps the last state of every subject, unless the older ones cancel out; connectedness comes first. */
    private void compact() {
        Map<Object, Integer> last = new HashMap<>();
        Map<PeerId, Integer> gone = new HashMap<>();
        Set<Object> repeated = new HashSet<>();
        List<E> all = new ArrayList<>(events);
        for (int i = 0; i < all.size(); i++) {
            Object subject = all.get(i).subject();
            if (subject != null && last.put(subject, i) != null) {
                repeated.add(subject);
            }
            if (all.get(i) instanceof ConnectednessChanged changed
                    && changed.connectedness() == Connectedness.NOT_CONNECTED) {
                gone.put(changed.peer(), i);
            }
        }
        List<E> kept = new ArrayList<>();
        List<E> others = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            E event = all.get(i);
            Object subject = event.subject();
            PeerId peer = event.connectedPeer();
            boolean current = subject != null && Integer.valueOf(i).equals(last.get(subject));
            boolean over = peer != null && (i < gone.getOrDefault(peer, -1) || !isConnected.test(peer));
            boolean known = subject != null && repeated.contains(subject) && isTold(event);
            if (current && !over && !known) {
                (event instanceof ConnectednessChanged ? kept : others).add(event);
            }
        }
        kept.addAll(others);
        replace(kept);
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
            while (!closed) {
                if (events.isEmpty()) {
                    open = false;
                    if (!available.await(deadline) && events.isEmpty()) {
                        return null;
                    }
                } else if (!open && !opens(deadline)) {
                    return null;
                } else if (open) {
                    return next();
                }
            }
            return null;
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

    /** Waits until the next batch may begin; returns false if the deadline passes first. */
    private boolean opens(Deadline deadline) throws InterruptedException {
        if (environment.nanoTime() - opensAt >= 0) {
            open = true;
            opensAt = environment.nanoTime() + interest.paceNanos();
            return true;
        }
        Deadline start = new Deadline(opensAt);
        return ended.await(start.earlier(deadline)) || !deadline.passed(environment);
    }

    private @Nullable E next() {
        E event = events.pollFirst();
        open &= event != null;
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
            action = null;
            available.signalAll();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        closedAction.accept(this);
    }
}
