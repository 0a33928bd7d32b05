package libp2p.pubsub.network;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.MessageIds;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.RouterNetwork.Member;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.GossipRouter;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.router.ValidationResult;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import libp2p.pubsub.score.PeerGater;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.score.ScoreParameters;
import org.jspecify.annotations.Nullable;

/** A router with its heartbeat, in a network of routers. */
public final class HonestNode implements Member, RouterOutput {
    /** A message that was delivered. */
    public record Delivery(MessageId id, long at, PeerId relayedBy) {}

    /** The sent RPCs, for tests that play the other side. */
    public record Sent(PeerId to, Rpc rpc, Priority priority) {}

    /** The time that all clocks show at the start of the network, in nanoseconds since 1970. */
    public static final long EPOCH = 1_800_000_000_000_000_000L;

    private final RouterNetwork network;
    private final PeerId id;
    private final InetAddress address;
    private final Map<PeerId, Member> others = new LinkedHashMap<>();
    private final GossipRouter router;
    private final PubSubLimits limits = PubSubLimits.DEFAULT;
    private long sequence;

    public final Map<MessageId, Delivery> deliveries = new LinkedHashMap<>();
    public final List<Sent> sent = new ArrayList<>();
    public final List<PeerId> connects = new ArrayList<>();
    public final List<String> misbehaviours = new ArrayList<>();
    public boolean keepsSent;
    public boolean autoHeartbeat = true;
    public long validationTime = RouterNetwork.MILLISECOND;
    public int validationRoom = 100_000;
    public int duplicates;
    /** Peers that were exchanged because they brought too little. */
    public final List<PeerId> exchanged = new ArrayList<>();

    public Function<Message, ValidationResult> validator = message -> ValidationResult.ACCEPT;
    /** Whether a signature holds; true says it does. */
    public Function<Message, Boolean> signature = message -> true;

    private int validating;

    public HonestNode(
            RouterNetwork network,
            String name,
            InetAddress address,
            GossipParameters parameters,
            ScoreParameters scores,
            boolean gated) {
        this.network = network;
        this.id = RouterNetwork.id(name);
        this.address = address;
        SplittableRandom random = new SplittableRandom(network.random().nextLong());
        RouterObserver observer = new RouterObserver() {
            @Override
            public void duplicate(PeerId from, String topic, MessageId message) {
                duplicates++;
            }

            @Override
            public void underperformed(PeerId peer, String topic) {
                if (exchanged.size() < 10_000) {
                    exchanged.add(peer);
                }
            }

            @Override
            public void misbehaved(PeerId peer, String how) {
                if (misbehaviours.size() < 1_000) {
                    misbehaviours.add(how);
                }
            }
        };
        this.router = new GossipRouter(
                new GossipRouter.Parts(
                        id,
                        parameters,
                        SigningPolicy.LAX,
                        MessageIds.GO,
                        limits,
                        new PeerScores(scores, limits.state().retainedScores()),
                        gated ? new PeerGater(PeerGater.Parameters.DEFAULT, random.split()) : null,
                        random,
                        peer -> null,
                        () -> EPOCH + network.now(),
                        observer),
                this);
        network.add(this);
        long first = (long) (parameters.timing().heartbeat().toNanos() * random.nextDouble());
        long interval = parameters.timing().heartbeat().toNanos();
        network.after(first, () -> beat(interval));
    }

    private void beat(long interval) {
        if (autoHeartbeat) {
            router.heartbeat(network.now());
        }
        network.after(interval, () -> beat(interval));
    }

    public GossipRouter router() {
        return router;
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public InetAddress address() {
        return address;
    }

    public void join(String topic) {
        router.join(new Subscription(true, topic), network.now());
    }

    /** Publishes so many bytes; returns the id. */
    public MessageId publish(String topic, int size) {
        byte[] number = ByteBuffer.allocate(8).putLong(++sequence).array();
        Message message = new Message(id.toBytes(), new byte[size], number, topic, null, null);
        MessageId messageId = router.id(message);
        deliveries.put(messageId, new Delivery(messageId, network.now(), id));
        router.publish(List.of(message), List.of(messageId), network.now());
        return messageId;
    }

    @Override
    public void connected(Member other, boolean outbound, Version version) {
        others.put(other.id(), other);
        router.addPeer(other.id(), version, outbound, other.address(), network.now());
    }

    @Override
    public void disconnected(Member other) {
        others.remove(other.id());
        router.removePeer(other.id(), network.now());
    }

    @Override
    public void receive(Member from, Rpc rpc) {
        if (others.containsKey(from.id())) {
            router.receive(from.id(), rpc, network.ids(rpc, router::id), network.now());
        }
    }

    @Override
    public void send(PeerId to, Rpc rpc, Priority priority) {
        if (keepsSent) {
            sent.add(new Sent(to, rpc, priority));
        }
        if (others.containsKey(to)) {
            network.send(this, to, rpc);
        }
    }

    @Override
    public boolean validate(PendingMessage candidate) {
        if (validating >= validationRoom) {
            return false;
        }
        validating++;
        network.after(validationTime, () -> {
            validating--;
            if (!signature.apply(candidate.message())) {
                router.forged(candidate, "forged", network.now());
            } else if (router.authenticated(candidate, network.now())) {
                router.validated(candidate, validator.apply(candidate.message()), network.now());
            }
        });
        return true;
    }

    @Override
    public void deliver(Message message, MessageId messageId, PeerId relayedBy) {
        if (deliveries.put(messageId, new Delivery(messageId, network.now(), relayedBy)) != null) {
            throw new AssertionError("delivered twice: " + messageId);
        }
    }

    @Override
    public void connect(PeerId peer, byte @Nullable [] record) {
        connects.add(peer);
    }
}
