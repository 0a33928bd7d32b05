package libp2p.pubsub.router;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.GossipParameters.Gossip;
import libp2p.pubsub.router.SeenMessages.Seen;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/** Talk about messages without sending them: IHAVE, IWANT and IDONTWANT. */
final class GossipExchange {
    private final RouterState state;
    private final Gossip gossip;

    GossipExchange(RouterState state) {
        this.state = state;
        this.gossip = state.parameters.gossip();
    }

    /**
     * Lazy push: tells some peers outside of the mesh, or of the fanout, the ids of the last heartbeats' messages: the
     * gossip factor's share of them, and at least D_lazy.
     */
    void emitGossip(String topic, Set<Peer> except) {
        List<MessageId> ids = state.cache.recent(topic);
        if (ids.isEmpty()) {
            return;
        }
        List<Peer> candidates = new ArrayList<>();
        for (Peer peer : state.subscribers(topic)) {
            if (peer.version.hasMesh()
                    && !peer.direct
                    && !except.contains(peer)
                    && peer.score >= state.thresholds.gossip()) {
                candidates.add(peer);
            }
        }
        int count = Math.max(gossip.lazy(), (int) (gossip.factor() * candidates.size()));
        state.shuffle(ids);
        List<Rpc> told = ids.size() > gossip.maxIds() ? List.of() : have(topic, ids);
        for (Peer peer : state.choose(candidates, count)) {
            if (ids.size() > gossip.maxIds()) { // another choice for each, so that together they hear of all
                state.shuffle(ids);
                told = have(topic, new ArrayList<>(ids.subList(0, gossip.maxIds())));
            }
            state.send(peer, told, RouterOutput.Priority.GOSSIP);
        }
    }

    private static List<Rpc> have(String topic, List<MessageId> ids) {
        return ControlParts.rpcs(
                new Rpc.Control(List.of(new Rpc.IHave(topic, ids)), List.of(), List.of(), List.of(), List.of(), null));
    }

    /** IHAVEs of a peer: asks for unseen messages, once per id and within bounds. */
    void handleIHave(Peer peer, List<Rpc.IHave> haves) {
        if (haves.isEmpty() || state.score(peer) < state.thresholds.gossip()) {
            return;
        }
        Set<MessageId> wanted = new LinkedHashSet<>();
        for (Rpc.IHave have : haves) {
            if (++peer.haves > gossip.maxMessages() || peer.asked >= gossip.maxIds()) {
                state.observer.ignored(peer.id, have.topic(), "too many IHAVE");
                break;
            }
            if (!state.mesh.containsKey(have.topic())) {
                continue;
            }
            int heard = 0;
            for (MessageId id : have.ids()) {
                if (++heard > gossip.maxIds()) {
                    break;
                }
                if (!state.seen.contains(id)) {
                    wanted.add(id);
                }
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        List<MessageId> ids = new ArrayList<>(wanted);
        ids = state.parameters.gossip().maxIds() - peer.asked < ids.size() ? some(ids, peer) : ids;
        ids = fitting(ids, state.out.room(peer.id));
        if (ids.isEmpty()) {
            state.observer.ignored(peer.id, haves.get(0).topic(), "too much waits to be sent");
            return;
        }
        peer.asked += ids.size();
        state.promises.add(peer.id, ids, state.now);
        Rpc.Control wants =
                new Rpc.Control(List.of(), List.of(new Rpc.IWant(ids)), List.of(), List.of(), List.of(), null);
        state.send(peer, ControlParts.rpcs(wants), RouterOutput.Priority.GOSSIP);
    }

    /** As many as may wait to be sent: what cannot be asked for is not promised. */
    private static List<MessageId> fitting(List<MessageId> ids, long room) {
        long left = room;
        for (int i = 0; i < ids.size(); i++) {
            left -= ids.get(i).length() + ControlParts.HEAD;
            if (left < 0) {
                return ids.subList(0, i);
            }
        }
        return ids;
    }

    private List<MessageId> some(List<MessageId> ids, Peer peer) {
        state.shuffle(ids);
        return new ArrayList<>(ids.subList(0, gossip.maxIds() - peer.asked));
    }

    /** IWANTs of a peer. */
    void handleIWant(Peer peer, List<Rpc.IWant> wants) {
        if (wants.isEmpty() || state.score(peer) < state.thresholds.gossip()) {
            return;
        }
        for (Rpc.IWant want : wants) {
            for (MessageId id : want.ids()) {
                if (++peer.wanted > state.limits.peer().wanted()) {
                    state.misbehaved(peer, 1, "too many IWANT");
                    return;
                }
                Rpc answer =
                        state.isUnwanted(peer, id) ? null : state.cache.answer(id, peer.id, gossip.retransmissions());
                if (answer != null) {
                    giveTried(peer, id);
                    state.out.send(peer.id, answer, RouterOutput.Priority.FORWARD);
                }
            }
        }
    }

    /** A member that asks for what is kept back from it has heard of it elsewhere, and has not passed. */
    private void giveTried(Peer peer, MessageId id) {
        Seen seen = state.seen.get(id);
        if (seen != null) {
            for (DeliveryTrials.Trial trial : seen.trials) {
                if (trial.peer() == peer) {
                    trial.give();
                }
            }
        }
    }

    /** IDONTWANTs of a peer. */
    void handleIDontWant(Peer peer, List<Rpc.IDontWant> messages) {
        for (Rpc.IDontWant message : messages) {
            for (MessageId id : message.ids()) {
                if (!peer.notWanting(
                        id,
                        state.parameters.timing().dontWantTicks(),
                        state.limits.peer().dontWant())) {
                    return;
                }
            }
        }
    }

    /** A large message has come: the mesh need not send it any more, but for those from which it is kept back. */
    void sendIDontWant(PendingMessage candidate, Seen seen) {
        if (candidate.message().data().length < state.parameters.dontWantBytes()) {
            return;
        }
        Rpc rpc = Rpc.of(new Rpc.Control(
                List.of(), List.of(), List.of(), List.of(), List.of(new Rpc.IDontWant(List.of(candidate.id()))), null));
        for (Peer peer : state.mesh.getOrDefault(candidate.message().topic(), Set.of())) {
            if (peer.version.hasDontWant()
                    && !seen.isKeptFrom(peer)
                    && !peer.id.equals(candidate.from())
                    && !candidate.copies.contains(peer.id)) {
                state.out.send(peer.id, rpc, RouterOutput.Priority.CONTROL);
            }
        }
    }

    /** Peers that told of messages and did not send them lose score. */
    void penaliseBrokenPromises() {
        for (Map.Entry<PeerId, Integer> broken :
                state.promises.broken(state.now).entrySet()) {
            Peer peer = state.peers.get(broken.getKey());
            if (peer != null) {
                state.misbehaved(peer, broken.getValue(), "promises of IHAVE broken");
            }
        }
    }
}
