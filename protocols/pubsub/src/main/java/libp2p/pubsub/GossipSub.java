package libp2p.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ServiceLimit;
import libp2p.pubsub.message.MessageIdFunction;
import libp2p.pubsub.message.MessageIds;
import libp2p.pubsub.message.MessageVerifier;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.PeerGater;
import libp2p.pubsub.score.ScoreParameters;
import org.jspecify.annotations.Nullable;

/**
 * GossipSub 1.0 to 1.3 with floodsub below it, as a value that is given to the builder of a host: {@code
 * Libp2p.host().with(GossipSub.create())}. Every host that is subscribed to a topic hears what any of them publishes:
 *
 * <pre>{@code
 * GossipSub.on(bob).join("room").subscribe(message -> {
 *     String name = ada.peerId().equals(message.author()) ? "Ada" : "a stranger";
 *     heard.add(name + ": " + new String(message.data(), UTF_8));
 * });
 * Topic room = GossipSub.on(ada).join("room");
 * room.publish("hello".getBytes(UTF_8), 1, Deadline.after(ada.environment(), Duration.ofSeconds(60)));
 * }</pre>
 *
 * <p>A host sends whole messages to some six subscribers, its mesh, and tells others only which messages it has. So a
 * message reaches all subscribers over several hops, and no host pays for more than its share. Peers that bring little
 * or break the rules lose their place. Subscribers have to find each other first: by known addresses, multicast DNS, or
 * a {@code TopicDiscovery} over the DHT.
 *
 * <p>The default signs messages and takes only signed ones, knows messages by author and number as go-libp2p does,
 * scores its peers and sheds load. Immutable.
 */
public final class GossipSub implements ProtocolFamily {
    static final String SERVICE = "libp2p.pubsub";

    /** Receives the parts of messages that peers send (extension "partial messages" of version 1.3). */
    @FunctionalInterface
    public interface PartialListener {
        /** Called with the router's lock held: must return at once. */
        void partial(PeerId from, Rpc.Partial partial);

        /** Called once, before anything else, by the host that begins. */
        default void started(PartialPeers peers, Environment environment) {}

        /** Called once per heartbeat, without locks. */
        default void heartbeat() {}
    }

    final GossipParameters parameters;
    final SigningPolicy signing;
    final MessageIdFunction ids;
    final ScoreParameters scores;
    final PeerGater.@Nullable Parameters gater;
    final PubSubLimits limits;
    final RouterObserver observer;
    final List<String> protocols;
    final @Nullable PartialListener partials;
    private final @Nullable MessageVerifier verifier;

    private GossipSub(Draft draft) {
        this.parameters = draft.parameters;
        this.signing = draft.signing;
        this.ids = draft.ids;
        this.scores = draft.scores;
        this.gater = draft.gater;
        this.limits = draft.limits;
        this.observer = draft.observer;
        this.protocols = List.copyOf(draft.protocols);
        this.partials = draft.partials;
        this.verifier = draft.verifier;
    }

    /** GossipSub with the defaults. */
    public static GossipSub create() {
        return new GossipSub(new Draft());
    }

    /** Floodsub alone: everything goes to all peers. */
    public static GossipSub floodsub() {
        return create().withParameters(GossipParameters.DEFAULT.withFloodsub(true))
                .withNewest(Version.FLOODSUB);
    }

    /**
     * The service of a host.
     *
     * @throws IllegalArgumentException if the host has none
     */
    public static PubSubService on(Host host) {
        return host.find(PubSubService.class)
                .orElseThrow(() -> new IllegalArgumentException("this host was built without GossipSub"));
    }

    private static List<String> protocolsFrom(Version newest) {
        List<String> protocols = new ArrayList<>();
        for (Version version : Version.values()) {
            if (version.compareTo(newest) >= 0) {
                protocols.add(version.protocol());
            }
        }
        return protocols;
    }

    @Override
    public void contribute(HostAssembly assembly) {
        PubSubLimits effective =
                assembly.limits(limits).withinHeap(Runtime.getRuntime().maxMemory());
        int peers = effective.state().peers();
        assembly.service(new PubSubService(withLimits(effective)))
                .serviceLimits(
                        SERVICE,
                        ServiceLimit.of(2 * peers, 8L * effective.queues().validationBytes()),
                        ServiceLimit.of(4, 8L * effective.frame().rpcBytes()));
    }

    /** The same with other parameters of the protocol. */
    public GossipSub withParameters(GossipParameters value) {
        return with(draft -> draft.parameters = value);
    }

    /** The rule by which messages are signed and taken. */
    public GossipSub withSigning(SigningPolicy value) {
        return with(draft -> draft.signing = value);
    }

    /**
     * Checks signatures in another way than the signing policy does; the policy still says which parts must be there.
     */
    public GossipSub withVerifier(MessageVerifier value) {
        return with(draft -> draft.verifier = value);
    }

    MessageVerifier verifier() {
        return verifier == null ? signing::verify : verifier;
    }

    /** The function that names messages. */
    public GossipSub withMessageIds(MessageIdFunction value) {
        return with(draft -> draft.ids = value);
    }

    /** The same with other parameters of the scores. */
    public GossipSub withScores(ScoreParameters value) {
        return with(draft -> draft.scores = value);
    }

    /** @param value null for no gater */
    public GossipSub withGater(PeerGater.@Nullable Parameters value) {
        return with(draft -> draft.gater = value);
    }

    /** The same with other limits. */
    public GossipSub withLimits(PubSubLimits value) {
        return with(draft -> draft.limits = value);
    }

    /** Lets an observer hear the events of the router, for counters and traces. */
    public GossipSub withObserver(RouterObserver value) {
        return with(draft -> draft.observer = value);
    }

    /** Lets a further observer hear the events of the router. */
    public GossipSub andObserver(RouterObserver more) {
        return withObserver(observer.and(more));
    }

    /** Speaks this version and all below it. */
    public GossipSub withNewest(Version newest) {
        return with(draft -> draft.protocols = protocolsFrom(newest));
    }

    /** Exchanges parts of messages with peers that can do so too. */
    public GossipSub withPartialMessages(PartialListener listener) {
        Rpc.Extensions more = new Rpc.Extensions(true, parameters.extensions().test());
        return with(draft -> {
            draft.parameters = parameters.withExtensions(more);
            draft.partials = listener;
        });
    }

    private GossipSub with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new GossipSub(draft);
    }

    /** The defaults, or a copy, that is being changed. */
    private static final class Draft {
        private GossipParameters parameters = GossipParameters.DEFAULT;
        private SigningPolicy signing = SigningPolicy.STRICT_SIGN;
        private MessageIdFunction ids = MessageIds.GO;
        private ScoreParameters scores = ScoreParameters.DEFAULT;
        private PeerGater.@Nullable Parameters gater = PeerGater.Parameters.DEFAULT;
        private PubSubLimits limits = PubSubLimits.DEFAULT;
        private RouterObserver observer = RouterObserver.NONE;
        private List<String> protocols = protocolsFrom(Version.GOSSIPSUB_1_3);
        private @Nullable PartialListener partials;
        private @Nullable MessageVerifier verifier;

        private Draft() {}

        private Draft(GossipSub from) {
            parameters = from.parameters;
            signing = from.signing;
            ids = from.ids;
            scores = from.scores;
            gater = from.gater;
            limits = from.limits;
            observer = from.observer;
            protocols = from.protocols;
            partials = from.partials;
            verifier = from.verifier;
        }
    }
}
