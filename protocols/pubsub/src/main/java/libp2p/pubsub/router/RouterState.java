package libp2p.pubsub.router;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.AuthorNumbers;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.score.ScoreParameters.Thresholds;
import org.jspecify.annotations.Nullable;

/**
 * The state that the parts of the router share. Peers and topics are kept in the order in which they came, so that runs
 * repeat.
 */
final class RouterState {
    /** Peers of a topic that this host publishes to without being subscribed. */
    static final class Fanout {
        final Set<Peer> peers = new PeerSet();
        long lastPublished;
    }

    /** Ids that are remembered for each author that is. */
    private static final int IDS_OF_AUTHOR = 8;

    final PeerId self;
    final GossipParameters parameters;
    final PubSubLimits limits;
    final PeerScores scores;
    final Thresholds thresholds;
    final RouterObserver observer;
    final RouterOutput out;
    final RandomGenerator random;
    /** The signed record of a peer in bytes, or null. */
    final Function<PeerId, byte @Nullable []> records;

    final Map<PeerId, Peer> peers = new LinkedHashMap<>();
    /**
     * Topics of peers, ids that they do not want, counts of the messages that they have asked for, and metadata of messages
     * in parts.
     */
    final HeldBytes held;
    /** Peers by topic, of all topics that a peer is subscribed to. */
    final Map<String, Set<Peer>> subscribers = new LinkedHashMap<>();
    /** Those of them that are sent every message outside of the mesh: direct peers, and those without meshes. */
    final Map<String, Set<Peer>> outsiders = new LinkedHashMap<>();
    /** Own subscriptions. */
    final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    /** The mesh of each topic that this host is subscribed to. */
    final Map<String, Set<Peer>> mesh = new LinkedHashMap<>();

    /** The trials of the members of each mesh, unless they are turned off. */
    final Map<String, DeliveryTrials> trials = new LinkedHashMap<>();

    final Map<String, Fanout> fanout = new LinkedHashMap<>();
    final SeenMessages seen;
    final AuthorNumbers authors;
    final MessageCache cache;
    final IWantPromises promises;
    final Backoffs backoffs;
    long now;
    long ticks;

    RouterState(
            PeerId self,
            GossipParameters parameters,
            PubSubLimits limits,
            PeerScores scores,
            RouterObserver observer,
            RouterOutput out,
            RandomGenerator random,
            Function<PeerId, byte @Nullable []> records,
            LongSupplier clock) {
        this.self = self;
        this.parameters = parameters;
        this.limits = limits;
        this.scores = scores;
        this.thresholds = scores.parameters().thresholds();
        this.observer = observer;
        this.out = observer == RouterObserver.NONE ? out : new ObservedOutput(out, observer);
        this.random = random;
        this.records = records;
        this.held = new HeldBytes(limits.state().peerBytes());
        GossipParameters.Timing timing = parameters.timing();
        this.seen = new SeenMessages(timing.seen().toNanos(), limits.state().seen());
        this.authors = new AuthorNumbers(Math.max(1, limits.state().seen() / IDS_OF_AUTHOR), clock);
        this.cache = new MessageCache(
                parameters.gossip().history(),
                parameters.gossip().gossipHistory(),
                limits.state().cachedBytes(),
                held);
        this.promises = new IWantPromises(
                random, timing.iwantFollowUp().toNanos(), limits.state().promises());
        this.backoffs = new Backoffs(
                limits.state(),
                timing.heartbeat().toNanos() * parameters.backoff().slackTicks());
    }

    Set<Peer> subscribers(String topic) {
        return subscribers.getOrDefault(topic, Set.of());
    }

    Set<Peer> outsiders(String topic) {
        return outsiders.getOrDefault(topic, Set.of());
    }

    /** A peer has subscribed. */
    void subscribed(Peer peer, String topic) {
        subscribers.computeIfAbsent(topic, key -> new PeerSet()).add(peer);
        if (peer.isOutsider()) {
            outsiders.computeIfAbsent(topic, key -> new PeerSet()).add(peer);
        }
    }

    /** A peer is subscribed no more. */
    void unsubscribed(Peer peer, String topic) {
        remove(subscribers, peer, topic);
        if (peer.isOutsider()) {
            remove(outsiders, peer, topic);
        }
    }

    private static void remove(Map<String, Set<Peer>> from, Peer peer, String topic) {
        Set<Peer> there = from.get(topic);
        if (there != null) {
            there.remove(peer);
            if (there.isEmpty()) {
                from.remove(topic);
            }
        }
    }

    /**
     * A subscription as another peer of the topic has it, so that peers share one object and one name where they agree.
     */
    Subscription shared(Subscription told) {
        for (Peer other : subscribers(told.topic())) {
            Subscription theirs = other.topics.get(told.topic());
            return theirs != null && theirs.equals(told) ? theirs : told;
        }
        return told;
    }

    /** The name of a topic, in the object that names this host's own subscription to it if there is one. */
    String name(String topic) {
        Subscription own = subscriptions.get(topic);
        return own == null ? topic : own.topic();
    }

    double score(Peer peer) {
        peer.score = scores.score(peer.id);
        return peer.score;
    }

    /** A peer broke a rule. */
    void misbehaved(Peer peer, double count, String how) {
        scores.behaviour(peer.id, count);
        observer.misbehaved(peer.id, how);
    }

    /** Some peers of a topic that satisfy a condition, at random. */
    List<Peer> choose(String topic, int count, Predicate<Peer> condition) {
        List<Peer> fit = new ArrayList<>();
        for (Peer peer : subscribers(topic)) {
            if (condition.test(peer)) {
                fit.add(peer);
            }
        }
        return choose(fit, count);
    }

    List<Peer> choose(List<Peer> from, int count) {
        shuffle(from);
        return from.size() > count ? new ArrayList<>(from.subList(0, Math.max(0, count))) : from;
    }

    <T> void shuffle(List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }

    /** Shuffled, then ordered by score, best first. */
    List<Peer> byScore(Collection<Peer> some) {
        List<Peer> list = new ArrayList<>(some);
        shuffle(list);
        list.sort(Comparator.comparingDouble((Peer peer) -> peer.score).reversed());
        return list;
    }

    void send(Peer peer, List<Rpc> rpcs, RouterOutput.Priority priority) {
        for (Rpc rpc : rpcs) {
            out.send(peer.id, rpc, priority);
        }
    }

    boolean isUnwanted(Peer peer, MessageId id) {
        return peer.dontWant.containsKey(id);
    }
}
