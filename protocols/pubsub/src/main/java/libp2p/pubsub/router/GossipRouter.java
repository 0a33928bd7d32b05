package libp2p.pubsub.router;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.MessageIdFunction;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.router.SeenMessages.Seen;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import libp2p.pubsub.score.PeerGater;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.score.TopicScoreParameters;
import org.jspecify.annotations.Nullable;

/**
 * GossipSub 1.0 to 1.3 with floodsub below it, as a state machine: its inputs are RPCs of peers, calls of the
 * application and ticks of the clock, with the time in nanoseconds; it hands RPCs to send and messages to validate and
 * to deliver to {@link
 * RouterOutput}. It has no threads, does no I/O and checks no signatures. Not thread-safe.
 */
public final class GossipRouter {
    /**
     * The parts of a router.
     *
     * @param self id of this peer
     * @param parameters of the protocol
     * @param signing how messages are signed, and which signatures are asked for
     * @param ids names messages
     * @param limits bounds on what peers can make the router keep
     * @param scores scores of the peers
     * @param gater drops messages of peers that cost too much, or null
     * @param random of the environment, so that a simulation is repeated by its seed
     * @param records the signed peer record of a peer, or null
     * @param clock nanoseconds since 1970
     * @param observer hears what the router decides
     */
    public record Parts(
            PeerId self,
            GossipParameters parameters,
            SigningPolicy signing,
            MessageIdFunction ids,
            PubSubLimits limits,
            PeerScores scores,
            @Nullable PeerGater gater,
            RandomGenerator random,
            Function<PeerId, byte @Nullable []> records,
            LongSupplier clock,
            RouterObserver observer) {}

    /** Messages of fewer bytes leave in one packet or few, together with the IDONTWANT that would be before them. */
    private static final int QUICK_BYTES = 16 << 10;

    private final RouterState state;
    private final MeshMaintenance meshes;
    private final GossipExchange gossip;
    private final Propagation propagation;
    private final MessageIngress ingress;
    private final MessageIdFunction ids;
    private final @Nullable PeerGater gater;
    private long nextDecay;

    /** A router without peers or topics; its actions go to {@code out}. */
    public GossipRouter(Parts parts, RouterOutput out) {
        this.state = new RouterState(
                parts.self(),
                parts.parameters(),
                parts.limits(),
                parts.scores(),
                parts.observer(),
                out,
                parts.random(),
                parts.records(),
                parts.clock());
        this.meshes = new MeshMaintenance(state);
        this.gossip = new GossipExchange(state);
        this.propagation = new Propagation(state, meshes);
        this.ids = parts.ids();
        this.gater = parts.gater();
        this.ingress = new MessageIngress(state, gossip, propagation, parts.signing(), gater);
    }

    /** The bytes that all peers make this host hold; thread-safe. */
    public HeldBytes held() {
        return state.held;
    }

    /**
     * A stream to a peer is open. The first RPCs on it tell subscriptions and extensions.
     *
     * @param outbound whether this host has dialed the peer
     * @param address of the peer, or null where it has none of its own
     * @return false if there are too many peers
     */
    public boolean addPeer(PeerId id, Version version, boolean outbound, @Nullable InetAddress address, long now) {
        state.now = now;
        if (state.peers.containsKey(id)) {
            removePeer(id, now);
        }
        if (state.peers.size() >= state.limits.state().peers()) {
            return false;
        }
        Peer peer = new Peer(id, version, outbound, state.parameters.direct().contains(id), state.held);
        state.peers.put(id, peer);
        state.observer.added(id, version);
        state.scores.add(id, address);
        if (gater != null) {
            gater.add(id, address);
        }
        greet(peer);
        return true;
    }

    private void greet(Peer peer) {
        Rpc.Extensions extensions = peer.version.hasExtensions() ? state.parameters.extensions() : null;
        List<List<Subscription>> pieces = ControlParts.subscriptions(new ArrayList<>(state.subscriptions.values()));
        if (pieces.isEmpty() && extensions != null && !extensions.equals(Rpc.Extensions.NONE)) {
            pieces = List.of(List.of());
        }
        for (List<Subscription> piece : pieces) {
            state.out.send(peer.id, Rpc.hello(piece, extensions), RouterOutput.Priority.CONTROL);
            extensions = null;
        }
    }

    /**
     * A stream to or from a peer that is known was replaced by another: the peer may have forgotten that it is in
     * meshes of this host, and on a new stream to it also the subscriptions.
     *
     * @param hello whether subscriptions and extensions are told again
     */
    public void reopened(PeerId id, boolean hello, long now) {
        state.now = now;
        Peer peer = state.peers.get(id);
        if (peer == null) {
            return;
        }
        if (hello) {
            greet(peer);
        } else {
            peer.extensions = null; // they come again with the first RPC of the new stream
        }
        meshes.regraft(peer);
    }

    /** A peer sent bytes that cannot be decoded. */
    public void violated(PeerId id, long now) {
        state.now = now;
        Peer peer = state.peers.get(id);
        if (peer != null) {
            state.misbehaved(peer, 1, "an RPC that cannot be decoded");
        }
    }

    /** A peer sent parts of a message that are not what they claim to be. */
    public void invalidPartial(PeerId id, String topic, long now) {
        state.now = now;
        if (state.peers.containsKey(id)) {
            ingress.reject(id, topic, "invalid parts");
        }
    }

    /** Scores a topic by other parameters from now on. */
    public void declare(String topic, TopicScoreParameters parameters) {
        state.scores.declare(topic, parameters);
    }

    /** A peer has gone. */
    public void removePeer(PeerId id, long now) {
        state.now = now;
        Peer peer = state.peers.remove(id);
        if (peer == null) {
            return;
        }
        for (String topic : peer.topics.keySet()) {
            state.unsubscribed(peer, topic);
        }
        peer.gone();
        meshes.removed(peer);
        state.observer.removed(id);
        state.promises.forget(id);
        state.scores.remove(id, now);
        if (gater != null) {
            gater.remove(id);
        }
    }

    /** Subscribes this host to a topic, tells all peers and builds a mesh. */
    public void join(Subscription subscription, long now) {
        state.now = now;
        if (state.subscriptions.put(subscription.topic(), subscription) == null) {
            state.observer.joined(subscription.topic());
            announce(subscription);
            meshes.join(subscription.topic());
        }
    }

    /** Leaves a topic. */
    public void leave(String topic, long now) {
        state.now = now;
        if (state.subscriptions.remove(topic) != null) {
            state.observer.left(topic);
            announce(new Subscription(false, topic));
            meshes.leave(topic);
        }
    }

    private void announce(Subscription subscription) {
        Rpc rpc = Rpc.of(List.of(subscription));
        for (Peer peer : state.peers.values()) {
            state.out.send(peer.id, rpc, RouterOutput.Priority.CONTROL);
        }
    }

    /** The id of a message; costs a hash at most, needs no lock. */
    public MessageId id(Message message) {
        return ids.id(message);
    }

    /**
     * An RPC of a peer.
     *
     * @param messageIds those of its messages, in their order
     */
    public void receive(PeerId from, Rpc rpc, List<MessageId> messageIds, long now) {
        state.now = now;
        Peer peer = state.peers.get(from);
        if (peer == null) {
            return;
        }
        if (!peer.direct && state.score(peer) < state.thresholds.graylist()) {
            state.observer.ignored(from, "", "graylisted");
            return;
        }
        state.observer.received(from, rpc);
        if (rpc.excess() > 0) {
            state.misbehaved(peer, 1, "an RPC above the limits");
        }
        learn(peer, rpc);
        for (Subscription subscription : rpc.subscriptions()) {
            subscribed(peer, subscription);
        }
        boolean takes = peer.direct || gater == null || gater.takes(from, now);
        for (int i = 0; i < rpc.messages().size(); i++) {
            Message message = rpc.messages().get(i);
            if (takes) {
                ingress.incoming(peer, message, messageIds.get(i));
            } else {
                state.promises.fulfil(messageIds.get(i));
                state.observer.ignored(from, message.topic(), "gated");
            }
        }
        if (peer.version.hasMesh() && !rpc.control().isEmpty()) {
            control(peer, rpc.control());
        }
        Rpc.Partial partial = rpc.partial();
        if (partial != null
                && state.parameters.extensions().partialMessages()
                && extensions(peer).partialMessages()) {
            state.out.partial(from, partial);
        }
        if (rpc.test()
                && state.parameters.extensions().test()
                && extensions(peer).test()) {
            state.out.test(from);
        }
    }

    private static Rpc.Extensions extensions(Peer peer) {
        Rpc.Extensions extensions = peer.extensions;
        return extensions == null ? Rpc.Extensions.NONE : extensions;
    }

    /** Extensions come in the first RPC and never again. */
    private void learn(Peer peer, Rpc rpc) {
        Rpc.Extensions told = rpc.control().extensions();
        if (peer.extensions != null) {
            if (told != null) {
                state.misbehaved(peer, 1, "extensions told twice");
            }
            return;
        }
        peer.extensions = told == null || !peer.version.hasExtensions() ? Rpc.Extensions.NONE : told;
        if (peer.extensions.test() && state.parameters.extensions().test()) {
            state.out.send(peer.id, Rpc.testExtension(), RouterOutput.Priority.CONTROL);
        }
    }

    private void subscribed(Peer peer, Subscription told) {
        Subscription subscription = state.shared(told);
        String topic = subscription.topic();
        if (!subscription.subscribe()) {
            if (peer.unsubscribe(topic)) {
                state.unsubscribed(peer, topic);
                meshes.unsubscribed(peer, topic);
            }
        } else if (state.parameters.topics().test(topic)) {
            if (!state.subscriptions.containsKey(topic) && !peer.hasRoom(topic)) {
                state.observer.ignored(peer.id, topic, "topics of all peers"); // perhaps it is others who have too many
            } else if (peer.subscribe(
                    subscription,
                    state.limits.peer().topics(),
                    state.limits.peer().topicBytes())) {
                state.subscribed(peer, topic);
            } else {
                state.misbehaved(peer, 1, "too many topics");
            }
        }
    }

    private void control(Peer peer, Rpc.Control control) {
        gossip.handleIHave(peer, control.haves());
        gossip.handleIWant(peer, control.wants());
        gossip.handleIDontWant(peer, control.dontWants());
        if (!control.grafts().isEmpty()) {
            meshes.handleGraft(peer, control.grafts());
        }
        if (!control.prunes().isEmpty()) {
            meshes.handlePrune(peer, control.prunes());
        }
    }

    /** The signature of a candidate does not hold. Its id is not taken for seen: the real message may still come. */
    public void forged(PendingMessage candidate, String why, long now) {
        state.now = now;
        ingress.forged(candidate, why);
    }

    /** The signature of a candidate cannot be checked here. */
    public void uncheckable(PendingMessage candidate, String why, long now) {
        state.now = now;
        ingress.uncheckable(candidate, why);
    }

    /**
     * The signature of a candidate holds.
     *
     * @return false if another message with its id was quicker, and there is nothing to be done any more
     */
    public boolean authenticated(PendingMessage candidate, long now) {
        state.now = now;
        return ingress.authenticated(candidate, true);
    }

    /**
     * The signature of a candidate holds, and no validator is to be asked. The message itself tells the mesh that this
     * host has it; only before one that takes a while to arrive IDONTWANT goes out.
     */
    public void accepted(PendingMessage candidate, long now) {
        state.now = now;
        boolean takesLong = candidate.message().data().length >= QUICK_BYTES;
        if (ingress.authenticated(candidate, takesLong)) {
            ingress.validated(candidate, ValidationResult.ACCEPT);
        }
    }

    /** The validators of a topic have spoken of an authenticated candidate. */
    public void validated(PendingMessage candidate, ValidationResult verdict, long now) {
        state.now = now;
        ingress.validated(candidate, verdict);
    }

    /**
     * Publishes messages of this host. Of several, every one goes out once before any goes out twice, so that the first
     * peers can share the work.
     *
     * @return to how many peers each goes; 0 also where the message was published already
     */
    public int[] publish(List<Message> messages, List<MessageId> messageIds, long now) {
        state.now = now;
        int[] counts = new int[messages.size()];
        List<List<Peer>> to = new ArrayList<>();
        List<Rpc> rpcs = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < counts.length; i++) {
            Message message = messages.get(i);
            List<Peer> peers = List.of();
            if (!state.seen.contains(messageIds.get(i))) {
                Seen seen = state.seen.add(messageIds.get(i), state.self, SeenMessages.State.VALID, now);
                seen.validatedAt = now;
                seen.bringers = null;
                state.cache.put(messageIds.get(i), message);
                peers = propagation.ofOwn(message.topic());
                if (counts.length > 1) {
                    state.shuffle(peers);
                }
                state.observer.published(message.topic(), messageIds.get(i), peers.size());
            }
            to.add(peers);
            rpcs.add(Rpc.of(message));
            counts[i] = peers.size();
            most = Math.max(most, peers.size());
        }
        for (int round = 0; round < most; round++) {
            for (int i = 0; i < counts.length; i++) {
                if (round < to.get(i).size()) {
                    Peer peer = to.get(i).get(round);
                    if (!state.isUnwanted(peer, messageIds.get(i))) {
                        state.out.send(peer.id, rpcs.get(i), RouterOutput.Priority.PUBLICATION);
                    }
                }
            }
        }
        return counts;
    }

    /**
     * Since the last heartbeat the queue to a peer was full, or its content too old. Other peers choose how much this
     * host sends, so however much it was counts once: a peer that takes too little leaves the meshes and is still heard.
     */
    public void dropped(PeerId peer, int count) {
        state.observer.dropped(peer, count);
        state.scores.slow(peer, 1);
    }

    /** To be called once per heartbeat. */
    public void heartbeat(long now) {
        state.now = now;
        state.ticks++;
        state.seen.expire(now);
        if (state.ticks % 15 == 0) {
            state.backoffs.clear(now);
        }
        gossip.penaliseBrokenPromises();
        if (now - nextDecay >= 0) {
            nextDecay = now + state.scores.parameters().decayInterval().toNanos();
            state.scores.refresh(now);
            if (gater != null) {
                gater.refresh();
            }
        }
        for (Peer peer : state.peers.values()) {
            peer.heartbeat();
            state.score(peer);
        }
        if (state.ticks % state.parameters.timing().directTicks() == 1) {
            for (PeerId peer : state.parameters.direct()) {
                if (!state.peers.containsKey(peer)) {
                    state.out.connect(peer, null);
                }
            }
        }
        if (!state.parameters.floodsub()) {
            meshes.heartbeat();
            meshes.maintainFanout();
            state.mesh.forEach(gossip::emitGossip);
            state.fanout.forEach((topic, fanout) -> gossip.emitGossip(topic, fanout.peers));
        }
        state.cache.shift();
    }

    /** A view from outside. */
    public RouterView view() {
        return new RouterView(state);
    }
}
