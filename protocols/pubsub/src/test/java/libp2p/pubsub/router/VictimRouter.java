package libp2p.pubsub.router;

import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.MessageIds;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.score.ScoreParameters;

/** A router with the parameters of the product, for tests that attack it without a network. */
public final class VictimRouter {
    private VictimRouter() {}

    /** An output into nothing. */
    public static class Output implements RouterOutput {
        @Override
        public void send(PeerId to, Rpc rpc, Priority priority) {}

        @Override
        public boolean validate(PendingMessage candidate) {
            return false;
        }

        @Override
        public void deliver(Message message, MessageId id, PeerId relayedBy) {}

        @Override
        public void connect(PeerId peer, byte[] record) {}
    }

    /** A router that takes as much as {@code limits}, and sends into {@code output}. */
    public static GossipRouter create(
            PubSubLimits limits, SigningPolicy signing, RouterObserver observer, RouterOutput output) {
        return new GossipRouter(
                new GossipRouter.Parts(
                        RouterNetwork.id("victim"),
                        GossipParameters.DEFAULT,
                        signing,
                        MessageIds.GO,
                        limits,
                        new PeerScores(ScoreParameters.DEFAULT, limits.state().retainedScores()),
                        null,
                        new SplittableRandom(1),
                        peer -> null,
                        () -> HonestNode.EPOCH,
                        observer),
                output);
    }
}
