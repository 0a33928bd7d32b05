package libp2p.pubsub.router;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;
import org.jspecify.annotations.Nullable;

/** The seen cache: the ids of messages that were seen, for a time after the first copy, and their fate. The oldest give way. */
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

        Seen(long since, State state) {
            this.since = since;
            this.state = state;
        }
    }

    private final Map<MessageId, Seen> messages = new LinkedHashMap<>();
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

    Seen add(MessageId id, State state, long now) {
        Seen seen = new Seen(now, state);
        messages.put(id, seen);
        Iterator<Seen> oldest = messages.values().iterator();
        while (messages.size() > most && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
        return seen;
    }

    void expire(long now) {
        Iterator<Seen> oldest = messages.values().iterator();
        while (oldest.hasNext() && now - oldest.next().since > life) {
            oldest.remove();
        }
    }

    int size() {
        return messages.size();
    }
}
