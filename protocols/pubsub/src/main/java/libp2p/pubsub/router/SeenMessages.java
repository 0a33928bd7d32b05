package libp2p.pubsub.router;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * The seen cache: the ids of messages that were seen, for a time after the first copy, and their fate. Each is charged to the
 * peer that brought it. Of too many, the oldest of the peer that has most give way: one that brings messages without end
 * makes this host forget its own.
 */
final class SeenMessages {
    enum State {
        VALIDATING,
        VALID,
        INVALID,
        IGNORED
    }

    /** The fate of one message. */
    static final class Seen {
        final long since;
        final PeerId owner;
        State state;
        long validatedAt;
        /** The peers that have brought it, as long as that matters for P3 and for forwarding. */
        @Nullable
        Set<PeerId> bringers = new LinkedHashSet<>(4);

        /** The members of the mesh from which it is kept back. */
        List<DeliveryTrials.Trial> trials = List.of();

        /** Whether it is kept back from a peer. */
        boolean isKeptFrom(Peer peer) {
            for (DeliveryTrials.Trial trial : trials) {
                if (trial.peer() == peer) {
                    return true;
                }
            }
            return false;
        }

        Seen(PeerId owner, long since, State state) {
            this.owner = owner;
            this.since = since;
            this.state = state;
        }
    }

    /** So many at a time give way, a share of all: the peer that has most need not be found for each. */
    private static final int SHARE = 256;

    private final Map<MessageId, Seen> messages = new LinkedHashMap<>();
    /** The ids of each peer, the oldest first. */
    private final Map<PeerId, Deque<MessageId>> owned = new HashMap<>();

    private final long life;
    private final int most;

    SeenMessages(long lifeNanos, int most) {
        this.life = lifeNanos;
        this.most = most;
    }

    @Nullable
    Seen get(MessageId id) {
        return messages.get(id);
    }

    boolean contains(MessageId id) {
        return messages.containsKey(id);
    }

    /**
     * Notes a message that was not seen before.
     *
     * @param owner the peer that brought it, or this host
     */
    Seen add(MessageId id, PeerId owner, State state, long now) {
        if (messages.size() >= most) {
            makeRoom();
        }
        Seen seen = new Seen(owner, now, state);
        messages.put(id, seen);
        owned.computeIfAbsent(owner, peer -> new ArrayDeque<>()).add(id);
        return seen;
    }

    private void makeRoom() {
        Deque<MessageId> largest = new ArrayDeque<>();
        PeerId owner = null;
        for (Map.Entry<PeerId, Deque<MessageId>> one : owned.entrySet()) {
            boolean larger = one.getValue().size() > largest.size();
            // Of equal ones the choice must not depend on the order of a hash table.
            boolean first = one.getValue().size() == largest.size()
                    && (owner == null || one.getKey().compareTo(owner) < 0);
            if (larger || first) {
                largest = one.getValue();
                owner = one.getKey();
            }
        }
        for (int left = Math.max(1, Math.min(most / SHARE, largest.size() / 2)); left > 0; left--) {
            messages.remove(largest.removeFirst());
        }
        if (largest.isEmpty()) {
            owned.remove(owner);
        }
    }

    void expire(long now) {
        Iterator<Map.Entry<MessageId, Seen>> oldest = messages.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<MessageId, Seen> one = oldest.next();
            PeerId owner = one.getValue().owner;
            if (now - one.getValue().since <= life) {
                return;
            }
            oldest.remove();
            Deque<MessageId> ids = owned.get(owner);
            if (ids != null) {
                ids.removeFirst(); // in the order of all
                if (ids.isEmpty()) {
                    owned.remove(owner);
                }
            }
        }
    }

    int size() {
        return messages.size();
    }
}
