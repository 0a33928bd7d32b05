package libp2p.pubsub.score;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The peer scores of all peers, those included that are gone and not forgiven. A state machine without threads: times
 * are nanoseconds of the caller's clock and come with the calls. Not thread-safe.
 */
public final class PeerScores {
    /**
     * The score of a peer, part by part; each already has its weight.
     *
     * @param peer whose score it is
     * @param total the sum that decides
     * @param topics by topic, each with its weight
     * @param application the application's own score (P5)
     * @param colocation peers that share its IP address (P6), at most 0
     * @param behaviour broken promises and too early grafts (P7), at most 0
     * @param slow messages that it was too slow to take, at most 0
     */
    public record Snapshot(
            PeerId peer,
            double total,
            Map<String, Double> topics,
            double application,
            double colocation,
            double behaviour,
            double slow) {}

    private static final class Peer {
        final Map<String, TopicStatistics> topics = new HashMap<>(2);
        final Set<InetAddress> addresses = new LinkedHashSet<>(2);
        double behaviour;
        double slow;
        boolean connected;
        long expires;
        /** The score but for the application's part, which holds in this epoch only; 0 for none. */
        double known;

        long epoch;
    }

    private final ScoreParameters parameters;
    private final int mostRetained;
    private final Map<String, TopicScoreParameters> declared = new HashMap<>();
    private final Map<PeerId, Peer> peers = new LinkedHashMap<>();
    private final Map<PeerId, Peer> retained = new LinkedHashMap<>();
    private final Map<InetAddress, Set<PeerId>> byAddress = new HashMap<>();
    private final int mostOfAnAddress;
    /** The number of addresses that more peers share than P6 allows; mostly 0, and nothing need be looked up then. */
    private int crowded;
    /** Grows with every change that concerns more than one peer. */
    private long epoch = 1;

    /** @param mostRetained peers that are gone and whose scores are kept; the oldest are forgotten first */
    public PeerScores(ScoreParameters parameters, int mostRetained) {
        this.parameters = parameters;
        this.mostRetained = mostRetained;
        this.mostOfAnAddress = parameters.colocation().threshold();
    }

    /** The parameters that the scores follow. */
    public ScoreParameters parameters() {
        return parameters;
    }

    /** Scores a topic by other parameters from now on. */
    public void declare(String topic, TopicScoreParameters topicParameters) {
        if (!topicParameters.flaws().isEmpty()) {
            throw new IllegalArgumentException("scores of topic " + topic + ": " + topicParameters.flaws());
        }
        declared.put(topic, topicParameters);
        epoch++;
    }

    private @Nullable TopicScoreParameters topic(String topic) {
        TopicScoreParameters own = declared.get(topic);
        return own == null ? parameters.topic(topic) : own;
    }

    /** A peer has come; if it was here before and is not forgiven, its counters come back. */
    public void add(PeerId id, @Nullable InetAddress address) {
        Peer peer = peers.get(id);
        if (peer == null) {
            peer = retained.remove(id);
            if (peer == null) {
                peer = new Peer();
            }
            peers.put(id, peer);
        }
        peer.connected = true;
        epoch++;
        InetAddress origin = Origin.of(address);
        if (origin != null && peer.addresses.add(origin)) {
            Set<PeerId> there = byAddress.computeIfAbsent(origin, key -> new LinkedHashSet<>());
            if (there.add(id) && there.size() == mostOfAnAddress + 1) {
                crowded++;
            }
        }
    }

    /** A peer has gone. Positive scores are forgotten at once, so that no peer can earn by leaving and coming back. */
    public void remove(PeerId id, long now) {
        Peer peer = peers.get(id);
        if (peer == null) {
            return;
        }
        double score = score(id);
        peers.remove(id);
        epoch++;
        for (InetAddress address : peer.addresses) {
            Set<PeerId> there = byAddress.get(address);
            if (there != null) {
                if (there.remove(id) && there.size() == mostOfAnAddress) {
                    crowded--;
                }
                if (there.isEmpty()) {
                    byAddress.remove(address);
                }
            }
        }
        peer.addresses.clear();
        if (score > 0) {
            return;
        }
        peer.connected = false;
        peer.expires = now + parameters.retain().toNanos();
        peer.topics.forEach((name, topic) -> {
            topic.firstDeliveries = 0;
            TopicScoreParameters topicParameters = topic(name);
            if (topicParameters != null) {
                topic.prune(topicParameters);
            }
        });
        retained.put(id, peer);
        if (retained.size() > mostRetained) {
            Iterator<PeerId> oldest = retained.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** A peer has joined the mesh of a topic. */
    public void graft(PeerId id, String topic, long now) {
        TopicStatistics statistics = statistics(id, topic);
        if (statistics != null) {
            statistics.graft(now);
        }
    }

    /** A peer has left the mesh of a topic. */
    public void prune(PeerId id, String topic) {
        TopicStatistics statistics = statistics(id, topic);
        TopicScoreParameters topicParameters = topic(topic);
        if (statistics != null && topicParameters != null) {
            statistics.prune(topicParameters);
        }
    }

    /** A peer brought a valid message first. */
    public void firstDelivery(PeerId id, String topic) {
        TopicStatistics statistics = statistics(id, topic);
        TopicScoreParameters topicParameters = topic(topic);
        if (statistics != null && topicParameters != null) {
            statistics.addFirst(topicParameters);
        }
    }

    /**
     * A peer brought a copy of a valid message.
     *
     * @param late nanoseconds after its validation, or 0 if it came before
     */
    public void copy(PeerId id, String topic, long late) {
        TopicStatistics statistics = statistics(id, topic);
        TopicScoreParameters topicParameters = topic(topic);
        if (statistics != null
                && topicParameters != null
                && late <= topicParameters.meshDeliveries().window().toNanos()) {
            statistics.addMesh(topicParameters);
        }
    }

    /** The longest window of P3 among the topics: after it copies of a message mean nothing. */
    public long copyWindow(String topic) {
        TopicScoreParameters topicParameters = topic(topic);
        return topicParameters == null || topicParameters.meshDeliveries().weight() == 0
                ? 0
                : topicParameters.meshDeliveries().window().toNanos();
    }

    /** A peer brought a message that is invalid. */
    public void invalid(PeerId id, String topic) {
        TopicStatistics statistics = statistics(id, topic);
        if (statistics != null) {
            statistics.invalidMessages++;
        }
    }

    /** A peer misbehaved. */
    public void behaviour(PeerId id, double count) {
        Peer peer = peers.get(id);
        if (peer != null) {
            peer.behaviour += count;
            peer.epoch = 0;
        }
    }

    /** A peer was too slow to take the messages for it. */
    public void slow(PeerId id, double count) {
        Peer peer = peers.get(id);
        if (peer != null) {
            peer.slow += count;
            peer.epoch = 0;
        }
    }

    private @Nullable TopicStatistics statistics(PeerId id, String topic) {
        Peer peer = peers.get(id);
        if (peer == null || topic(topic) == null) {
            return null;
        }
        peer.epoch = 0;
        return peer.topics.computeIfAbsent(topic, key -> new TopicStatistics());
    }

    /** Lets counters decay; to be called once per decay interval. */
    public void refresh(long now) {
        epoch++;
        retained.values().removeIf(peer -> now - peer.expires >= 0);
        for (Peer peer : peers.values()) {
            Iterator<Map.Entry<String, TopicStatistics>> topics =
                    peer.topics.entrySet().iterator();
            while (topics.hasNext()) {
                Map.Entry<String, TopicStatistics> topic = topics.next();
                TopicScoreParameters topicParameters = topic(topic.getKey());
                if (topicParameters == null) {
                    topics.remove();
                    continue;
                }
                topic.getValue().refresh(topicParameters, parameters.decayToZero(), now);
                if (topic.getValue().isForgotten()) {
                    topics.remove();
                }
            }
            peer.behaviour = TopicStatistics.decayed(
                    peer.behaviour, parameters.behaviour().decay(), parameters.decayToZero());
            peer.slow = TopicStatistics.decayed(peer.slow, parameters.slow().decay(), parameters.decayToZero());
        }
    }

    /** The score of a peer, 0 if it is not known. */
    public double score(PeerId id) {
        Peer peer = peers.get(id);
        if (peer == null) {
            return 0;
        }
        if (peer.epoch != epoch) { // asked for with every RPC, so that it is not added up anew each time
            peer.known = topics(peer) + colocation(peer) + behaviour(peer) + slow(peer);
            peer.epoch = epoch;
        }
        return peer.known + parameters.application().applyAsDouble(id);
    }

    private double topics(Peer peer) {
        double score = 0;
        for (Map.Entry<String, TopicStatistics> topic : peer.topics.entrySet()) {
            TopicScoreParameters topicParameters = topic(topic.getKey());
            if (topicParameters != null) {
                score += topic.getValue().score(topicParameters);
            }
        }
        return parameters.topicScoreCap() > 0 ? Math.min(score, parameters.topicScoreCap()) : score;
    }

    private double colocation(Peer peer) {
        double score = 0;
        if (crowded == 0) {
            return score;
        }
        for (InetAddress address : peer.addresses) {
            Set<PeerId> there = byAddress.get(address);
            int above =
                    there == null ? 0 : there.size() - parameters.colocation().threshold();
            if (above > 0 && !parameters.colocation().exempt().test(address)) {
                score += (double) above * above * parameters.colocation().weight();
            }
        }
        return score;
    }

    private double behaviour(Peer peer) {
        double above = Math.max(0, peer.behaviour - parameters.behaviour().threshold());
        return above * above * parameters.behaviour().weight();
    }

    private double slow(Peer peer) {
        double above = Math.max(0, peer.slow - parameters.slow().threshold());
        return above * above * parameters.slow().weight();
    }

    /** The scores of the peers that are connected. */
    public List<Snapshot> inspect() {
        List<Snapshot> all = new ArrayList<>(peers.size());
        peers.forEach((id, peer) -> {
            Map<String, Double> topics = new TreeMap<>();
            peer.topics.forEach((name, statistics) -> {
                TopicScoreParameters topicParameters = topic(name);
                if (topicParameters != null) {
                    topics.put(name, statistics.score(topicParameters));
                }
            });
            all.add(new Snapshot(
                    id,
                    score(id),
                    topics,
                    parameters.application().applyAsDouble(id),
                    colocation(peer),
                    behaviour(peer),
                    slow(peer)));
        });
        return all;
    }

    /** The number of peers that are gone and kept. */
    public int retained() {
        return retained.size();
    }
}
