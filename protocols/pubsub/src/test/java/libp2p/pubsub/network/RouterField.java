package libp2p.pubsub.network;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.ScoreParameters;
import org.jspecify.annotations.Nullable;

/** Attacks on routers without hosts. */
public final class RouterField implements AttackField {
    private record OneHonest(HonestNode node) implements Honest {
        @Override
        public PeerId id() {
            return node.id();
        }

        @Override
        public void join(String topic) {
            node.join(topic);
        }

        @Override
        public MessageId publish(String topic, int size) {
            return node.publish(topic, size);
        }

        @Override
        public @Nullable Long delivered(MessageId id) {
            HonestNode.Delivery delivery = node.deliveries.get(id);
            return delivery == null ? null : delivery.at();
        }

        @Override
        public List<PeerId> mesh(String topic) {
            return node.router().view().mesh(topic);
        }

        @Override
        public List<PeerId> peers(String topic) {
            return node.router().view().peers(topic);
        }

        @Override
        public double score(PeerId peer) {
            return node.router().view().score(peer);
        }

        @Override
        public List<PeerId> exchanged() {
            return node.exchanged;
        }
    }

    private record OneAttacker(Sybil node) implements Attacker {
        @Override
        public PeerId id() {
            return node.id();
        }

        @Override
        public void drops(Predicate<Message> which) {
            node.drops = which;
        }
    }

    private final RouterNetwork network;

    /**
     * Links of one latency.
     *
     * @param jitter share of the latency by which it varies from RPC to RPC
     */
    public RouterField(long seed, long latencyNanos, double jitter) {
        network = new RouterNetwork(seed);
        network.latency(latencyNanos, jitter);
    }

    /** As {@link RouterNetwork#spread}. */
    public RouterField spread(double value) {
        network.spread(value);
        return this;
    }

    @Override
    public RandomGenerator random() {
        return network.random();
    }

    @Override
    public long now() {
        return network.now();
    }

    @Override
    public void after(long nanos, Runnable action) {
        network.after(nanos, action);
    }

    @Override
    public void run(long nanos) {
        network.run(nanos);
    }

    @Override
    public Honest honest(String name, int address, GossipParameters parameters, ScoreParameters scores) {
        return new OneHonest(new HonestNode(network, name, RouterNetwork.address(address), parameters, scores, false));
    }

    @Override
    public Attacker attacker(String name, int address, String topic, Regraft regraft) {
        return new OneAttacker(new Sybil(network, name, RouterNetwork.address(address), topic, regraft));
    }

    @Override
    public void connect(Honest dialer, Honest listener) {
        network.connect(((OneHonest) dialer).node, ((OneHonest) listener).node, Version.GOSSIPSUB_1_2);
    }

    @Override
    public void connect(Attacker dialer, Honest listener) {
        network.connect(((OneAttacker) dialer).node, ((OneHonest) listener).node, Version.GOSSIPSUB_1_0);
    }

    @Override
    public long messageBytes() {
        return network.messageBytes();
    }

    @Override
    public long controlBytes() {
        return network.bytes() - network.messageBytes();
    }

    @Override
    public long trace() {
        return network.trace();
    }
}
