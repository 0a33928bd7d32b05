package libp2p.pubsub.router;

import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/** Two observers as one. */
record ObserverPair(RouterObserver first, RouterObserver second) implements RouterObserver {
    @Override
    public void added(PeerId peer, Version version) {
        first.added(peer, version);
        second.added(peer, version);
    }

    @Override
    public void removed(PeerId peer) {
        first.removed(peer);
        second.removed(peer);
    }

    @Override
    public void joined(String topic) {
        first.joined(topic);
        second.joined(topic);
    }

    @Override
    public void left(String topic) {
        first.left(topic);
        second.left(topic);
    }

    @Override
    public void sent(PeerId to, Rpc rpc, Output.Priority priority) {
        first.sent(to, rpc, priority);
        second.sent(to, rpc, priority);
    }

    @Override
    public void received(PeerId from, Rpc rpc) {
        first.received(from, rpc);
        second.received(from, rpc);
    }

    @Override
    public void dropped(PeerId peer, int count) {
        first.dropped(peer, count);
        second.dropped(peer, count);
    }

    @Override
    public void grafted(PeerId peer, String topic) {
        first.grafted(peer, topic);
        second.grafted(peer, topic);
    }

    @Override
    public void pruned(PeerId peer, String topic) {
        first.pruned(peer, topic);
        second.pruned(peer, topic);
    }

    @Override
    public void behind(PeerId peer, String topic) {
        first.behind(peer, topic);
        second.behind(peer, topic);
    }

    @Override
    public void duplicate(PeerId from, String topic, MessageId id) {
        first.duplicate(from, topic, id);
        second.duplicate(from, topic, id);
    }

    @Override
    public void delivered(PeerId from, String topic, MessageId id) {
        first.delivered(from, topic, id);
        second.delivered(from, topic, id);
    }

    @Override
    public void rejected(PeerId from, String topic, String why) {
        first.rejected(from, topic, why);
        second.rejected(from, topic, why);
    }

    @Override
    public void ignored(PeerId from, String topic, String why) {
        first.ignored(from, topic, why);
        second.ignored(from, topic, why);
    }

    @Override
    public void misbehaved(PeerId peer, String how) {
        first.misbehaved(peer, how);
        second.misbehaved(peer, how);
    }

    @Override
    public void published(String topic, MessageId id, int peers) {
        first.published(topic, id, peers);
        second.published(topic, id, peers);
    }
}
