package libp2p.pubsub.router;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/** Tells an observer of sent messages. */
record ObservedOutput(RouterOutput out, RouterObserver observer) implements RouterOutput {
    @Override
    public void send(PeerId to, Rpc rpc, Priority priority) {
        observer.sent(to, rpc, priority);
        out.send(to, rpc, priority);
    }

    @Override
    public long room(PeerId to) {
        return out.room(to);
    }

    @Override
    public List<PendingMessage> displaced() {
        return out.displaced();
    }

    @Override
    public boolean validate(PendingMessage candidate) {
        return out.validate(candidate);
    }

    @Override
    public void deliver(Message message, MessageId id, PeerId relayedBy) {
        out.deliver(message, id, relayedBy);
    }

    @Override
    public void connect(PeerId peer, byte @Nullable [] record) {
        out.connect(peer, record);
    }

    @Override
    public void partial(PeerId from, Rpc.Partial partial) {
        out.partial(from, partial);
    }

    @Override
    public void test(PeerId from) {
        out.test(from);
    }
}
