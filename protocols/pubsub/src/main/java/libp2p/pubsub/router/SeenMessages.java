package libp2p.pubsub.router;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.AuthorNumbers;
import libp2p.pubsub.message.ChargedMap;
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
        /** Its author, where the numbers of that are in order, and its number. */
        AuthorNumbers.@Nullable Author author;

        long number;
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

    private final ChargedMap<MessageId, Seen> messages;
    private final long life;

    SeenMessages(long lifeNanos, int most) {
        this.life = lifeNanos;
        this.messages = new ChargedMap<>(most, seen -> seen.owner);
    }

    @Nullable
    Seen get(MessageId id) {
        return messages.get(id);
    }

    boolean contains(MessageId id) {
        return messages.contains(id);
    }

    /**
     * Notes a message that was not seen before.
     *
     * @param owner the peer that brought it, or this host
     */
    Seen add(MessageId id, PeerId owner, State state, long now) {
        Seen seen = new Seen(owner, now, state);
        messages.add(id, seen);
        return seen;
    }

    void expire(long now) {
        messages.removeOldest(seen -> {
            boolean isOver = now - seen.since > life;
            AuthorNumbers.Author author = seen.author;
            if (isOver && author != null) {
                author.forget(seen.number);
            }
            return isOver;
        });
    }

    int size() {
        return messages.size();
    }
}
