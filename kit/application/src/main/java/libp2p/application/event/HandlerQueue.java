package libp2p.application.event;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import libp2p.application.event.AppEvent.MessageReceived;
import libp2p.application.event.AppEvent.PeerConnected;
import libp2p.application.event.AppEvent.PeerEvent;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one handler. In a full queue the oldest message or error makes room. Events of peers are
 * never dropped: those of one peer take turns, so that two which follow each other cancel out, and there the queue may
 * outgrow its bound by the peers whose last state the handler has not got, no more than are connected or it believes to
 * be. Not thread-safe.
 */
final class HandlerQueue {
    private final EventDrivenLimits limits;
    private final ArrayDeque<AppEvent> events = new ArrayDeque<>();
    /** The peers that are connected, as the handler will know when it has taken all events. */
    private final Set<PeerId> connected = new HashSet<>();

    private long bytes;
    private long dropped;

    HandlerQueue(EventDrivenLimits limits) {
        this.limits = limits;
    }

    void offer(AppEvent event) {
        if (event instanceof PeerEvent peer) {
            offerPeer(peer);
        } else {
            events.addLast(event);
            bytes += bytes(event);
        }
        trim();
    }

    /** A peer that the handler knows, or will know, to be in this state already, is left out. */
    private void offerPeer(PeerEvent event) {
        boolean comes = event instanceof PeerConnected;
        if (comes ? !connected.add(event.peer()) : !connected.remove(event.peer())) {
            return;
        }
        if (events.size() < limits.handlerEvents() || !cancelLast(event.peer())) {
            events.addLast(event);
        }
    }

    /** Takes the last event of a peer out, which says the contrary of the next one. */
    private boolean cancelLast(PeerId peer) {
        for (Iterator<AppEvent> last = events.descendingIterator(); last.hasNext(); ) {
            if (last.next() instanceof PeerEvent earlier && earlier.peer().equals(peer)) {
                last.remove();
                return true;
            }
        }
        return false;
    }

    /** The newest event may be the one that goes. */
    private void trim() {
        while (events.size() > limits.handlerEvents() && (dropOldest(AppEvent.class) || cancelPair())) {
            // until there is room, or only the last states of peers are left
        }
        while (bytes > limits.handlerBytes() && messages() > 1) {
            dropOldest(MessageReceived.class);
        }
    }

    private long messages() {
        return events.stream().filter(MessageReceived.class::isInstance).count();
    }

    private boolean dropOldest(Class<? extends AppEvent> type) {
        for (Iterator<AppEvent> oldest = events.iterator(); oldest.hasNext(); ) {
            AppEvent event = oldest.next();
            if (type.isInstance(event) && !(event instanceof PeerEvent)) {
                oldest.remove();
                bytes -= bytes(event);
                dropped++;
                return true;
            }
        }
        return false;
    }

    /** Takes out two events of one peer that cancel out. */
    private boolean cancelPair() {
        Set<PeerId> seen = new HashSet<>();
        for (AppEvent event : events) {
            if (event instanceof PeerEvent peer && !seen.add(peer.peer())) {
                cancelLast(peer.peer());
                return cancelLast(peer.peer());
            }
        }
        return false;
    }

    private static long bytes(AppEvent event) {
        return event instanceof MessageReceived message ? message.data().length : 0;
    }

    @Nullable
    AppEvent poll() {
        AppEvent event = events.pollFirst();
        if (event != null) {
            bytes -= bytes(event);
        }
        return event;
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
        connected.clear();
        bytes = 0;
    }
}
