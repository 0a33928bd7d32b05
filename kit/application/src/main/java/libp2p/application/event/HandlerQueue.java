package libp2p.application.event;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import libp2p.application.event.AppEvent.MessageReceived;
import libp2p.application.event.AppEvent.PeerConnected;
import libp2p.application.event.AppEvent.PeerEvent;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one handler. In a full queue the messages of the topic and network with most of them make
 * room, the oldest first, or the errors if those are most: strangers that send without end push out their own. Events of
 * peers are never dropped: those of one peer take turns, so that two which follow each other cancel out, and there the
 * queue may outgrow its bound by the peers whose last state the handler has not got, no more than are connected or it
 * believes to be. Not thread-safe.
 */
final class HandlerQueue {
    /** A topic and a network that bring messages; all errors are of one. */
    private record Source(String topic, String network) {
        static final Source ERRORS = new Source("", "");
    }

    /** One event, equal to itself alone. */
    private static final class Entry {
        final AppEvent event;
        final Source source;
        final int bytes;

        Entry(AppEvent event, Source source) {
            this.event = event;
            this.source = source;
            bytes = event instanceof MessageReceived message ? message.data().length : 0;
        }
    }

    /** The messages of one source, the oldest first. */
    private static final class Line {
        final SequencedSet<Entry> entries = new LinkedHashSet<>();
        long bytes;
    }

    private final EventDrivenLimits limits;
    private final SequencedSet<Entry> events = new LinkedHashSet<>();
    /** Of messages and errors; the order is that in which sources came. */
    private final Map<Source, Line> lines = new LinkedHashMap<>();
    /** The events of peers that wait, in their order. */
    private final Map<PeerId, Deque<Entry>> changes = new HashMap<>();
    /** The peers of which two or more wait. */
    private final SequencedSet<PeerId> changing = new LinkedHashSet<>();
    /** The peers that are connected, as the handler will know when it has taken all events. */
    private final Set<PeerId> connected = new HashSet<>();

    private long bytes;
    private int messages;
    private long dropped;

    HandlerQueue(EventDrivenLimits limits) {
        this.limits = limits;
    }

    /** As {@link #offer(AppEvent, String)}, for an event that comes from no network. */
    void offer(AppEvent event) {
        offer(event, "");
    }

    /** @param network from which a message has come */
    void offer(AppEvent event, String network) {
        switch (event) {
            case PeerEvent peer -> offerPeer(peer);
            case MessageReceived message -> add(new Entry(event, new Source(message.topic(), network)));
            default -> add(new Entry(event, Source.ERRORS));
        }
        trim();
    }

    private void add(Entry entry) {
        events.addLast(entry);
        Line line = lines.computeIfAbsent(entry.source, source -> new Line());
        line.entries.addLast(entry);
        count(line, entry, 1);
    }

    private void count(Line line, Entry entry, int sign) {
        line.bytes += sign * (long) entry.bytes;
        bytes += sign * (long) entry.bytes;
        messages += entry.event instanceof MessageReceived ? sign : 0;
    }

    /** A peer that the handler knows, or will know, to be in this state already, is left out. */
    private void offerPeer(PeerEvent event) {
        PeerId peer = event.peer();
        boolean comes = event instanceof PeerConnected;
        if (comes ? !connected.add(peer) : !connected.remove(peer)) {
            return;
        }
        if (events.size() >= limits.handlerEvents() && changes.containsKey(peer)) {
            cancelLast(peer); // which says the contrary
            return;
        }
        Entry entry = new Entry(event, Source.ERRORS);
        events.addLast(entry);
        Deque<Entry> waiting = changes.computeIfAbsent(peer, one -> new ArrayDeque<>(2));
        waiting.addLast(entry);
        if (waiting.size() > 1) {
            changing.add(peer);
        }
    }

    private void cancelLast(PeerId peer) {
        Deque<Entry> waiting = changes.get(peer);
        if (waiting != null) {
            events.remove(waiting.removeLast());
            left(peer, waiting);
        }
    }

    private void left(PeerId peer, Deque<Entry> waiting) {
        if (waiting.size() < 2) {
            changing.remove(peer);
        }
        if (waiting.isEmpty()) {
            changes.remove(peer);
        }
    }

    /** The newest event may be the one that goes. */
    private void trim() {
        while (events.size() > limits.handlerEvents() && (cancelPair() || dropOfMost(false))) {
            // until there is room, or only the last states of peers are left
        }
        while (bytes > limits.handlerBytes() && messages > 1) {
            dropOfMost(true);
        }
    }

    /** Takes out two events of one peer that cancel out. */
    private boolean cancelPair() {
        if (changing.isEmpty()) {
            return false;
        }
        PeerId peer = changing.getFirst();
        cancelLast(peer);
        cancelLast(peer);
        return true;
    }

    /** Drops the oldest of the source that has most; of equal ones that of which the oldest came first. */
    private boolean dropOfMost(boolean byBytes) {
        Line most = null;
        long weight = 0;
        for (Line line : lines.values()) {
            long its = byBytes ? line.bytes : line.entries.size();
            if (its > weight) {
                most = line;
                weight = its;
            }
        }
        if (most == null) {
            return false;
        }
        Entry oldest = most.entries.getFirst();
        events.remove(oldest);
        gone(oldest);
        dropped++;
        return true;
    }

    private void gone(Entry entry) {
        Line line = lines.get(entry.source);
        if (line != null && line.entries.remove(entry)) {
            count(line, entry, -1);
            if (line.entries.isEmpty()) {
                lines.remove(entry.source);
            }
        }
    }

    @Nullable
    AppEvent poll() {
        Entry entry = events.isEmpty() ? null : events.removeFirst();
        if (entry == null) {
            return null;
        }
        if (entry.event instanceof PeerEvent event) {
            Deque<Entry> waiting = changes.get(event.peer());
            if (waiting != null) {
                waiting.removeFirst();
                left(event.peer(), waiting);
            }
        } else {
            gone(entry);
        }
        return entry.event;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    int size() {
        return events.size();
    }

    long dropped() {
        return dropped;
    }

    void clear() {
        events.clear();
        lines.clear();
        changes.clear();
        changing.clear();
        connected.clear();
        bytes = 0;
        messages = 0;
    }
}
