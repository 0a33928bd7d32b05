package libp2p.pubsub.router;

import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/** Two observers as one. Events of each message are told without an object made for them. */
record ObserverPair(RouterObserver first, RouterObserver second) implements RouterObserver {
    private void tell(Consumer<RouterObserver> event) {
        event.accept(first);
        event.accept(second);
    }

    @Override
    public void added(PeerId peer, Version version) {
        tell(one -> one.added(peer, version));
    }

    @Override
    public void removed(PeerId peer) {
        tell(one -> one.removed(peer));
    }

    @Override
    public void joined(String topic) {
        tell(one -> one.joined(topic));
    }

    @Override
    public void left(String topic) {
        tell(one -> one.left(topic));
    }

    @Override
    public void sent(PeerId to, Rpc rpc, RouterOutput.Priority priority) {
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
        tell(one -> one.dropped(peer, count));
    }

    @Override
    public void grafted(PeerId peer, String topic) {
        tell(one -> one.grafted(peer, topic));
    }

    @Override
    public void pruned(PeerId peer, String topic) {
        tell(one -> one.pruned(peer, topic));
    }

    @Override
    public void underperformed(PeerId peer, String topic) {
        tell(one -> one.underperformed(peer, topic));
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
    public void brought(PeerId from, String topic) {
        first.brought(from, topic);
        second.brought(from, topic);
    }

    @Override
    public void rejected(PeerId from, String topic, String why) {
        tell(one -> one.rejected(from, topic, why));
    }

    @Override
    public void ignored(PeerId from, String topic, String why) {
        tell(one -> one.ignored(from, topic, why));
    }

    @Override
    public void misbehaved(PeerId peer, String how) {
        tell(one -> one.misbehaved(peer, how));
    }

    @Override
    public void published(String topic, MessageId id, int peers) {
        tell(one -> one.published(topic, id, peers));
    }
}
