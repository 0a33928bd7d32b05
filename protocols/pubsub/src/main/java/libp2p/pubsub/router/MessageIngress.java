package libp2p.pubsub.router;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.AuthorNumbers;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.router.SeenMessages.Seen;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.PeerGater;
import org.jspecify.annotations.Nullable;

/** The way of a message from its arrival to its delivery or refusal. */
final class MessageIngress {
    /** Messages that wait and make room for one, and are then those of another peer that has brought them too. */
    private static final int MOST_OFFERS = 8;

    private final RouterState state;
    private final GossipExchange gossip;
    private final Propagation propagation;
    private final SigningPolicy signing;
    private final @Nullable PeerGater gater;
    private final byte[] selfBytes;
    /** Messages whose signature is being checked, by id; a second one with the same id and other bytes is in no map. */
    private final Map<MessageId, PendingMessage> unproved = new LinkedHashMap<>();

    MessageIngress(
            RouterState state,
            GossipExchange gossip,
            Propagation propagation,
            SigningPolicy signing,
            @Nullable PeerGater gater) {
        this.state = state;
        this.gossip = gossip;
        this.propagation = propagation;
        this.signing = signing;
        this.gater = gater;
        this.selfBytes = state.self.toBytes();
    }

    /** A message of a peer whose messages are taken. */
    void incoming(Peer peer, Message message, MessageId id) {
        String topic = message.topic();
        if (!state.subscriptions.containsKey(topic)) {
            state.observer.ignored(peer.id, topic, "not subscribed");
            return;
        }
        if (Arrays.equals(message.from(), selfBytes)) { // of an earlier life of this host, or an echo
            state.promises.fulfil(id);
            state.observer.ignored(peer.id, topic, "own message");
            return;
        }
        String flaw = signing.flaw(message);
        if (flaw != null) {
            reject(peer.id, topic, flaw);
            return;
        }
        String oddity = signing.oddity(message);
        if (oddity != null || id.length() > state.limits.frame().idBytes()) {
            passOver(peer.id, topic, id, oddity == null ? "an id beyond the limit" : oddity);
            return;
        }
        Seen seen = state.seen.get(id);
        if (seen != null) {
            copy(peer.id, topic, id, seen);
            return;
        }
        PendingMessage candidate = unproved.get(id);
        if (candidate != null && candidate.message().sameAs(message)) {
            if (!candidate.from().equals(peer.id)) {
                candidate.copies.add(peer.id);
            }
            state.observer.duplicate(peer.id, topic, id);
            return;
        }
        if (state.authors.isOld(message)) {
            passOver(peer.id, topic, id, "an old message"); // a slow relay may have kept it
            return;
        }
        validate(new PendingMessage(message, id, peer.id), candidate == null);
    }

    private void validate(PendingMessage candidate, boolean first) {
        if (gater != null) {
            gater.validating();
        }
        Deque<PendingMessage> offered = new ArrayDeque<>(2);
        offered.add(candidate);
        boolean isFirst = first;
        PendingMessage next;
        for (int left = MOST_OFFERS; (next = offered.poll()) != null; left--) {
            if (isFirst) {
                unproved.put(next.id(), next);
            }
            isFirst = true;
            Set<PendingMessage> dropped = new LinkedHashSet<>(state.out.validate(next) ? List.of() : List.of(next));
            dropped.addAll(state.out.displaced());
            for (PendingMessage one : dropped) {
                PendingMessage again = unproved.remove(one.id(), one) && left > 1 ? one.ofOther() : null;
                if (again == null) {
                    dropped(one);
                } else {
                    offered.add(again);
                }
            }
        }
    }

    private void dropped(PendingMessage candidate) {
        state.promises.fulfil(candidate.id());
        if (gater != null) {
            gater.throttled(state.now);
            gater.displaced(candidate.from());
        }
        state.observer.ignored(candidate.from(), candidate.message().topic(), "validation queue is full");
    }

    private void copy(PeerId from, String topic, MessageId id, Seen seen) {
        state.observer.duplicate(from, topic, id);
        if (gater != null) {
            gater.duplicate(from);
        }
        for (DeliveryTrials.Trial trial : seen.trials) {
            if (trial.peer().id.equals(from)) {
                trial.pass();
            }
        }
        Set<PeerId> bringers = seen.bringers;
        if (bringers != null && !bringers.add(from)) {
            return; // only the first copy of a peer counts
        }
        switch (seen.state) {
            case VALID -> {
                long late = state.now - seen.validatedAt;
                if (bringers != null && late <= state.scores.copyWindow(topic)) {
                    state.scores.copy(from, topic, late);
                } else {
                    seen.bringers = null;
                }
            }
            case INVALID -> state.scores.invalid(from, topic);
            default -> {
                return;
            }
        }
    }

    /** A peer that relays messages is a better candidate for a mesh than one that brings its own or none. */
    private void noteBringer(Message message, PeerId from) {
        Peer peer = state.peers.get(from);
        if (peer != null && !Arrays.equals(message.from(), peer.idBytes)) {
            peer.relayed(state.now);
        }
    }

    void reject(PeerId from, String topic, String why) {
        state.scores.invalid(from, topic);
        if (gater != null) {
            gater.rejected(from);
        }
        state.observer.rejected(from, topic, why);
    }

    /** See {@link GossipRouter#forged}. */
    void forged(PendingMessage candidate, String why) {
        unproved.remove(candidate.id(), candidate);
        reject(candidate.from(), candidate.message().topic(), why);
        for (PeerId peer : candidate.copies) {
            reject(peer, candidate.message().topic(), why);
        }
    }

    /** See {@link GossipRouter#uncheckable}. */
    void uncheckable(PendingMessage candidate, String why) {
        unproved.remove(candidate.id(), candidate);
        if (gater != null) {
            gater.ignored(candidate.from());
        }
        passOver(candidate.from(), candidate.message().topic(), candidate.id(), why);
    }

    /** Nothing is known against the peer. Its id is not taken for seen: another message may have it. */
    private void passOver(PeerId from, String topic, MessageId id, String why) {
        state.promises.fulfil(id);
        state.observer.ignored(from, topic, why);
    }

    /**
     * See {@link GossipRouter#authenticated}.
     *
     * @param tells whether the mesh is told that the message need not be sent any more
     */
    boolean authenticated(PendingMessage candidate, boolean tells) {
        unproved.remove(candidate.id(), candidate);
        state.promises.fulfil(candidate.id());
        Seen seen = state.seen.get(candidate.id());
        if (seen != null) {
            copy(candidate.from(), candidate.message().topic(), candidate.id(), seen);
            return false;
        }
        seen = state.seen.add(candidate.id(), candidate.from(), SeenMessages.State.VALIDATING, state.now);
        seen.author = state.authors.note(candidate.message(), candidate.from());
        seen.number = AuthorNumbers.number(candidate.message());
        Set<PeerId> bringers = seen.bringers;
        if (bringers != null) {
            bringers.add(candidate.from());
            bringers.addAll(candidate.copies);
        }
        seen.trials = propagation.keepBack(
                candidate.message(), candidate.id(), candidate.from(), bringers == null ? Set.of() : bringers);
        if (tells) {
            gossip.sendIDontWant(candidate, seen);
        }
        return true;
    }

    /** See {@link GossipRouter#validated}. */
    void validated(PendingMessage candidate, ValidationResult verdict) {
        Message message = candidate.message();
        String topic = message.topic();
        Seen seen = state.seen.get(candidate.id());
        if (seen == null) { // pushed out meanwhile
            seen = state.seen.add(candidate.id(), candidate.from(), SeenMessages.State.VALIDATING, state.now);
        }
        Set<PeerId> bringers = seen.bringers == null ? Set.of() : seen.bringers;
        switch (verdict) {
            case ACCEPT -> {
                seen.state = SeenMessages.State.VALID;
                seen.validatedAt = state.now;
                state.scores.firstDelivery(candidate.from(), topic);
                state.observer.brought(candidate.from(), topic);
                for (PeerId peer : bringers) {
                    if (!peer.equals(candidate.from())) {
                        state.scores.copy(peer, topic, 0);
                        state.observer.brought(peer, topic);
                    }
                }
                if (gater != null) {
                    gater.delivered(candidate.from());
                }
                state.cache.put(candidate.id(), message);
                noteBringer(message, candidate.from());
                DeliveryTrials trials = state.trials.get(topic);
                if (trials != null) {
                    trials.brought(message, candidate.from(), bringers, state.now);
                }
                state.observer.delivered(candidate.from(), topic, candidate.id());
                propagation.forward(message, candidate.id(), candidate.from(), bringers, seen);
                state.out.deliver(message, candidate.id(), candidate.from());
                if (state.scores.copyWindow(topic) == 0) {
                    seen.bringers = null;
                }
            }
            case REJECT -> {
                seen.trials.forEach(DeliveryTrials.Trial::cancel);
                seen.state = SeenMessages.State.INVALID;
                for (PeerId peer : bringers) {
                    reject(peer, topic, "validator");
                }
            }
            case IGNORE, THROTTLED -> {
                seen.trials.forEach(DeliveryTrials.Trial::cancel);
                seen.state = SeenMessages.State.IGNORED;
                seen.bringers = null;
                if (gater != null && verdict == ValidationResult.IGNORE) {
                    gater.ignored(candidate.from());
                }
                if (gater != null && verdict == ValidationResult.THROTTLED) {
                    gater.throttled(state.now);
                }
                state.observer.ignored(
                        candidate.from(), topic, verdict == ValidationResult.IGNORE ? "validator" : "throttled");
            }
        }
    }
}
