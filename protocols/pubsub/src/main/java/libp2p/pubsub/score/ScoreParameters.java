package libp2p.pubsub.score;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of scores (GossipSub 1.1, section "Peer Scoring").
 *
 * @param topics parameters of topics by name
 * @param otherTopics parameters of all others, or null where these do not count
 * @param topicScoreCap the most that all topics together add
 * @param application P5: the application's own opinion, with weight 1 included; called with the router's lock held,
 *     must return at once
 * @param colocation P6
 * @param behaviour P7: broken promises of IHAVE, GRAFT during back-off, excesses
 * @param slow peers whose queue overflows, as in rust-libp2p
 * @param decayInterval between two decays; at least a second
 * @param decayToZero value below which a counter becomes 0
 * @param retain how long the score of a peer that is gone is kept, unless it is positive
 * @param thresholds the scores below which peers are treated worse
 */
public record ScoreParameters(
        Map<String, TopicScoreParameters> topics,
        @Nullable TopicScoreParameters otherTopics,
        double topicScoreCap,
        ToDoubleFunction<PeerId> application,
        Colocation colocation,
        Excess behaviour,
        Excess slow,
        Duration decayInterval,
        double decayToZero,
        Duration retain,
        Thresholds thresholds) {
    /**
     * P6: many peers at one address.
     *
     * @param weight of the square of those above the threshold, not positive
     * @param threshold peers at one address that are taken for granted
     * @param exempt addresses where any number is
     */
    public record Colocation(double weight, int threshold, Predicate<InetAddress> exempt) {}

    /**
     * A penalty for the square of the excess of a counter over a threshold.
     *
     * @param weight not positive
     * @param threshold up to which nothing happens
     * @param decay factor per decay interval
     */
    public record Excess(double weight, double threshold, double decay) {}

    /**
     * Scores below which a peer loses rights. Each is at most 0 and below the one before, the last two are not
     * negative.
     *
     * @param gossip below it no gossip is sent to the peer nor heard from it
     * @param publish below it own publications are not sent to it
     * @param graylist below it nothing at all is heard from it
     * @param acceptPeers from it on peers that it offers in PRUNE are connected
     * @param opportunisticGraft median score of a mesh below which better peers are grafted
     */
    public record Thresholds(
            double gossip, double publish, double graylist, double acceptPeers, double opportunisticGraft) {
        /**
         * Gossip above -100, publishing above -400, anything at all above -1,000; peer exchange from 10, opportunistic
         * grafts below a median of 2.
         */
        public static final Thresholds DEFAULT = new Thresholds(-100, -400, -1_000, 10, 2);

        public Thresholds {
            if (gossip > 0 || publish > gossip || graylist > publish || acceptPeers < 0 || opportunisticGraft < 0) {
                throw new IllegalArgumentException("thresholds must fall from 0: gossip " + gossip + ", publish "
                        + publish + ", graylist " + graylist + "; accept peers " + acceptPeers
                        + " and opportunistic graft " + opportunisticGraft + " must not be negative");
            }
        }
    }

    /** Between two decays. */
    public static final Duration SECOND = Duration.ofSeconds(1);

    private static final double TO_ZERO = DecayFactor.TO_ZERO;

    /** Scores every topic by P1, P2 and P4, and peers by P6 (not loopback, private and link-local addresses) and P7. */
    public static final ScoreParameters DEFAULT = new ScoreParameters(
            Map.of(),
            TopicScoreParameters.DEFAULT,
            100,
            peer -> 0,
            new Colocation(-5, 10, ScoreParameters::isLocal),
            new Excess(-10, 6, decay(Duration.ofMinutes(10))),
            new Excess(-0.2, 10, decay(Duration.ofMinutes(2))),
            SECOND,
            TO_ZERO,
            Duration.ofHours(1),
            Thresholds.DEFAULT);

    /** @throws IllegalArgumentException if a parameter is against the specification */
    public ScoreParameters {
        topics = Map.copyOf(topics);
        Map<String, TopicScoreParameters> all = new LinkedHashMap<>(topics);
        if (otherTopics != null) {
            all.put("(others)", otherTopics);
        }
        all.forEach((topic, parameters) -> {
            if (!parameters.flaws().isEmpty()) {
                throw new IllegalArgumentException("scores of topic " + topic + ": " + parameters.flaws());
            }
        });
        if (colocation.weight > 0 || behaviour.weight > 0 || slow.weight > 0) {
            throw new IllegalArgumentException("weights of penalties must be 0 or less: colocation " + colocation.weight
                    + ", behaviour " + behaviour.weight + ", slow " + slow.weight);
        }
        if (decayInterval.compareTo(SECOND) < 0) {
            throw new IllegalArgumentException("a decay interval of " + decayInterval + " is below a second");
        }
    }

    /** The factor per second that brings a counter of 1 to 0.01 in a time of at least a second. */
    public static double decay(Duration time) {
        return DecayFactor.over(time);
    }

    /** Whether many peers behind this address mean nothing. */
    static boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || (address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc);
    }

    /** The parameters of a topic, or null if it does not count. */
    @Nullable
    TopicScoreParameters topic(String topic) {
        TopicScoreParameters own = topics.get(topic);
        return own == null ? otherTopics : own;
    }

    /** As these, with parameters of one topic. */
    public ScoreParameters withTopic(String topic, TopicScoreParameters parameters) {
        Map<String, TopicScoreParameters> more = new LinkedHashMap<>(topics);
        more.put(topic, parameters);
        return with(draft -> draft.topics = more);
    }

    /** The same with a score of the application (P5), called for each peer at each heartbeat; must not block. */
    public ScoreParameters withApplication(ToDoubleFunction<PeerId> value) {
        return with(draft -> draft.application = value);
    }

    /** The same with another penalty for peers on one IP address (P6). */
    public ScoreParameters withColocation(Colocation value) {
        return with(draft -> draft.colocation = value);
    }

    /** The same with another time for which the score of a peer that has gone is kept. */
    public ScoreParameters withRetain(Duration value) {
        return with(draft -> draft.retain = value);
    }

    /** The same with other thresholds. */
    public ScoreParameters withThresholds(Thresholds value) {
        return with(draft -> draft.thresholds = value);
    }

    private ScoreParameters with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A copy that is being changed. */
    private static final class Draft {
        private Map<String, TopicScoreParameters> topics;
        private @Nullable TopicScoreParameters otherTopics;
        private final double topicScoreCap;
        private ToDoubleFunction<PeerId> application;
        private Colocation colocation;
        private Excess behaviour;
        private Excess slow;
        private final Duration decayInterval;
        private final double decayToZero;
        private Duration retain;
        private Thresholds thresholds;

        private Draft(ScoreParameters from) {
            topics = from.topics;
            otherTopics = from.otherTopics;
            topicScoreCap = from.topicScoreCap;
            application = from.application;
            colocation = from.colocation;
            behaviour = from.behaviour;
            slow = from.slow;
            decayInterval = from.decayInterval;
            decayToZero = from.decayToZero;
            retain = from.retain;
            thresholds = from.thresholds;
        }

        private ScoreParameters finished() {
            return new ScoreParameters(
                    topics,
                    otherTopics,
                    topicScoreCap,
                    application,
                    colocation,
                    behaviour,
                    slow,
                    decayInterval,
                    decayToZero,
                    retain,
                    thresholds);
        }
    }
}
