package libp2p.pubsub.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.score.ScoreParameters.Colocation;
import libp2p.pubsub.score.TopicScoreParameters.FirstDeliveries;
import libp2p.pubsub.score.TopicScoreParameters.MeshDeliveries;
import libp2p.pubsub.score.TopicScoreParameters.Penalty;
import libp2p.pubsub.score.TopicScoreParameters.TimeInMesh;
import org.junit.jupiter.api.Test;

/** Each part of the score by itself, with figures worked out by hand. */
class PeerScoresTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerId PEER = RouterNetwork.id("peer");
    private static final String TOPIC = "t";

    private static TopicScoreParameters topic(
            TimeInMesh p1, FirstDeliveries p2, MeshDeliveries p3, Penalty p3b, Penalty p4) {
        return new TopicScoreParameters(0.5, p1, p2, p3, p3b, p4);
    }

    private static final TimeInMesh NO_P1 = new TimeInMesh(0, Duration.ofSeconds(1), 1);
    private static final FirstDeliveries NO_P2 = new FirstDeliveries(0, 0.5, 1);

    private static PeerScores scores(TopicScoreParameters parameters) {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT.withTopic(TOPIC, parameters), 100);
        scores.add(PEER, RouterNetwork.address(9));
        return scores;
    }

    /** Strangers choose the topics where a host follows the names that they ask it for. */
    @Test
    void topicsThatAreLeftAreForgottenWhileAPeerStays() {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT, 10);
        PeerId peer = RouterNetwork.id("peer");
        scores.add(peer, null);
        for (int i = 0; i < 1_000; i++) {
            scores.graft(peer, "topic" + i, 0);
            scores.firstDelivery(peer, "topic" + i);
            scores.prune(peer, "topic" + i);
        }
        assertThat(scores.inspect().getFirst().topics()).hasSize(1_000);
        for (int second = 0; second < 700; second++) {
            scores.refresh(second);
        }
        assertThat(scores.inspect().getFirst().topics()).isEmpty();
    }

    @Test
    void timeInMeshCountsUpToItsCap() {
        PeerScores scores = scores(topic(
                new TimeInMesh(2, Duration.ofSeconds(10), 3), NO_P2, MeshDeliveries.OFF, Penalty.OFF, Penalty.OFF));
        scores.graft(PEER, TOPIC, 0);
        scores.refresh(15 * SECOND);
        assertThat(scores.score(PEER)).isEqualTo(1.5 * 2 * 0.5);
        scores.refresh(100 * SECOND);
        assertThat(scores.score(PEER)).isEqualTo(3 * 2 * 0.5);
        scores.prune(PEER, TOPIC);
        assertThat(scores.score(PEER)).isZero();
    }

    @Test
    void firstDeliveriesCountAndDecay() {
        PeerScores scores =
                scores(topic(NO_P1, new FirstDeliveries(1, 0.9, 5), MeshDeliveries.OFF, Penalty.OFF, Penalty.OFF));
        for (int i = 0; i < 8; i++) {
            scores.firstDelivery(PEER, TOPIC);
        }
        assertThat(scores.score(PEER)).isEqualTo(2.5);
        scores.refresh(SECOND);
        assertThat(scores.score(PEER)).isCloseTo(2.25, within(1e-9));
        for (int i = 0; i < 200; i++) {
            scores.refresh(SECOND);
        }
        assertThat(scores.score(PEER)).isZero();
    }

    @Test
    void missingDeliveriesCountOnceTheyAreExpectedAndStickWhenPruned() {
        MeshDeliveries p3 = new MeshDeliveries(-1, 0.999999, 100, 10, Duration.ofSeconds(5), Duration.ofMillis(10));
        PeerScores scores = scores(topic(NO_P1, NO_P2, p3, new Penalty(-2, 0.999999), Penalty.OFF));
        scores.graft(PEER, TOPIC, 0);
        scores.refresh(5 * SECOND);
        assertThat(scores.score(PEER)).isZero();
        scores.refresh(6 * SECOND);
        assertThat(scores.score(PEER)).isEqualTo(-100 * 0.5);
        for (int i = 0; i < 4; i++) {
            scores.firstDelivery(PEER, TOPIC);
            scores.copy(PEER, TOPIC, 5_000_000);
            scores.copy(PEER, TOPIC, 20_000_000); // too late
        }
        assertThat(scores.score(PEER)).isCloseTo(-4 * 0.5, within(1e-3));
        scores.prune(PEER, TOPIC);
        assertThat(scores.score(PEER)).isCloseTo(-2 * 4 * 0.5, within(1e-3)); // P3b
        scores.graft(PEER, TOPIC, 7 * SECOND);
        assertThat(scores.score(PEER)).isCloseTo(-2 * 4 * 0.5, within(1e-3));
    }

    @Test
    void invalidMessagesCountSquared() {
        PeerScores scores = scores(topic(NO_P1, NO_P2, MeshDeliveries.OFF, Penalty.OFF, new Penalty(-3, 0.9)));
        scores.invalid(PEER, TOPIC);
        assertThat(scores.score(PEER)).isEqualTo(-1.5);
        scores.invalid(PEER, TOPIC);
        assertThat(scores.score(PEER)).isEqualTo(-6);
    }

    @Test
    void theApplicationHasASayAndTopicsTogetherAreCapped() {
        TopicScoreParameters generous =
                topic(NO_P1, new FirstDeliveries(10, 0.9, 1_000), MeshDeliveries.OFF, Penalty.OFF, Penalty.OFF);
        PeerScores scores = new PeerScores(
                ScoreParameters.DEFAULT.withTopic(TOPIC, generous).withApplication(peer -> 7), 100);
        scores.add(PEER, null);
        for (int i = 0; i < 1_000; i++) {
            scores.firstDelivery(PEER, TOPIC);
        }
        assertThat(scores.score(PEER)).isEqualTo(107);
        assertThat(scores.inspect()).singleElement().satisfies(one -> {
            assertThat(one.total()).isEqualTo(107);
            assertThat(one.topics()).containsEntry(TOPIC, 5_000.0);
        });
    }

    @Test
    void manyPeersAtOneAddressCountButNotAtLocalOrAllowedOnes() throws Exception {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT, 100);
        InetAddress allowed = RouterNetwork.address(77);
        PeerScores lenient =
                new PeerScores(ScoreParameters.DEFAULT.withColocation(new Colocation(-5, 10, allowed::equals)), 100);
        for (int i = 0; i < 13; i++) {
            scores.add(RouterNetwork.id("a" + i), RouterNetwork.address(5));
            scores.add(RouterNetwork.id("b" + i), InetAddress.getByName("192.168.1.5"));
            scores.add(RouterNetwork.id("c" + i), InetAddress.getByName("::1"));
            scores.add(RouterNetwork.id("d" + i), InetAddress.getByName("fd00::5"));
            lenient.add(RouterNetwork.id("e" + i), allowed);
        }
        assertThat(scores.score(RouterNetwork.id("a0"))).isEqualTo(-5 * 9);
        for (String local : new String[] {"b0", "c0", "d0"}) {
            assertThat(scores.score(RouterNetwork.id(local))).isZero();
        }
        assertThat(lenient.score(RouterNetwork.id("e0"))).isZero();
        scores.remove(RouterNetwork.id("a1"), 0);
        assertThat(scores.score(RouterNetwork.id("a0"))).isEqualTo(-5 * 4);
    }

    /** A machine has all addresses of its /64: with exact addresses it would be thirteen places. */
    @Test
    void peersOfOneIpv6NetworkAreOfOnePlace() throws Exception {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT, 100);
        for (int i = 0; i < 13; i++) {
            scores.add(RouterNetwork.id("a" + i), InetAddress.getByName("2a01:4f8:1:2::" + (i + 1)));
            scores.add(RouterNetwork.id("b" + i), InetAddress.getByName("2a01:4f8:1:" + (i + 3) + "::1"));
        }
        assertThat(scores.score(RouterNetwork.id("a0"))).isEqualTo(-5 * 9);
        assertThat(scores.score(RouterNetwork.id("b0"))).isZero();
        scores.remove(RouterNetwork.id("a1"), 0);
        assertThat(scores.score(RouterNetwork.id("a0"))).isEqualTo(-5 * 4);
    }

    @Test
    void misbehaviourAndSlownessCountAboveAThreshold() {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT, 100);
        scores.add(PEER, null);
        scores.behaviour(PEER, 6);
        scores.slow(PEER, 10);
        assertThat(scores.score(PEER)).isZero();
        scores.behaviour(PEER, 2);
        scores.slow(PEER, 5);
        assertThat(scores.score(PEER)).isCloseTo(-10 * 4 - 0.2 * 25, within(1e-9));
    }

    @Test
    void whoLeavesBadlyComesBackBadlyAndWhoLeavesWellStartsAnew() {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT.withRetain(Duration.ofSeconds(10)), 100);
        scores.add(PEER, null);
        scores.behaviour(PEER, 20);
        double before = scores.score(PEER);
        scores.remove(PEER, 0);
        assertThat(scores.score(PEER)).isZero();
        scores.add(PEER, null);
        assertThat(scores.score(PEER)).isEqualTo(before);
        scores.remove(PEER, 0);
        scores.refresh(11 * SECOND);
        scores.add(PEER, null);
        assertThat(scores.score(PEER)).isZero();
        scores.firstDelivery(PEER, TOPIC);
        scores.remove(PEER, 0);
        scores.add(PEER, null);
        assertThat(scores.score(PEER)).isZero();
    }

    @Test
    void scoresOfPeersThatAreGoneAreBounded() {
        PeerScores scores = new PeerScores(ScoreParameters.DEFAULT, 50);
        for (int i = 0; i < 500; i++) {
            PeerId peer = RouterNetwork.id("p" + i);
            scores.add(peer, RouterNetwork.address(i));
            scores.behaviour(peer, 20);
            scores.remove(peer, 0);
        }
        assertThat(scores.retained()).isEqualTo(50);
    }

    @Test
    void aDeclaredRateMakesSilentMeshPeersNegativeAndKeepsDiligentOnesPositive() {
        TopicScoreParameters busy = TopicScoreParameters.DEFAULT.withRate(10, Duration.ofMillis(500));
        PeerScores scores = scores(busy);
        PeerId silent = RouterNetwork.id("silent");
        scores.add(silent, RouterNetwork.address(8));
        scores.graft(PEER, TOPIC, 0);
        scores.graft(silent, TOPIC, 0);
        for (int second = 1; second < 300; second++) {
            for (int i = 0; i < 10; i++) {
                scores.copy(PEER, TOPIC, 0);
            }
            scores.refresh(second * SECOND);
        }
        assertThat(scores.score(PEER)).isPositive();
        assertThat(scores.score(silent)).isNegative();
    }

    @Test
    void parametersAgainstTheSpecificationAreRefused() {
        assertThatThrownBy(() -> ScoreParameters.DEFAULT.withTopic(
                        TOPIC, topic(NO_P1, NO_P2, MeshDeliveries.OFF, Penalty.OFF, new Penalty(3, 0.9))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("P4 is positive");
        assertThatThrownBy(() -> ScoreParameters.DEFAULT.withTopic(
                        TOPIC, topic(NO_P1, NO_P2, MeshDeliveries.OFF, Penalty.OFF, new Penalty(-3, 1))))
                .hasMessageContaining("not between 0 and 1");
        assertThatThrownBy(() -> new ScoreParameters.Thresholds(-10, -5, -20, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ScoreParameters.DEFAULT.topics()).isEqualTo(Map.of());
    }

    @Test
    void theGaterTakesFromGoodSourcesAndShedsBadOnes() {
        PeerGater gater = new PeerGater(PeerGater.Parameters.DEFAULT, new SplittableRandom(1));
        PeerId good = RouterNetwork.id("good");
        PeerId bad = RouterNetwork.id("bad");
        gater.add(good, RouterNetwork.address(1));
        gater.add(bad, RouterNetwork.address(2));
        for (int i = 0; i < 20; i++) {
            gater.validating();
            gater.delivered(good);
            gater.rejected(bad);
        }
        assertThat(taken(gater, bad, SECOND)).isEqualTo(1_000); // nothing is throttled
        for (int i = 0; i < 10; i++) {
            gater.throttled(SECOND);
        }
        assertThat(taken(gater, good, 2 * SECOND)).isEqualTo(1_000);
        assertThat(taken(gater, bad, 2 * SECOND)).isLessThan(30);
        assertThat(taken(gater, bad, 100 * SECOND)).isEqualTo(1_000); // quiet again
    }

    /** A member that floods is the first with the messages of all others too. */
    @Test
    void theGaterTakesFromPeersThatAreSecondWhileAnotherFloods() {
        PeerGater gater = new PeerGater(PeerGater.Parameters.DEFAULT, new SplittableRandom(1));
        PeerId flooder = RouterNetwork.id("flooder");
        PeerId honest = RouterNetwork.id("honest");
        gater.add(flooder, RouterNetwork.address(1));
        gater.add(honest, RouterNetwork.address(2));
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 1_000; i++) {
                gater.validating();
                if (i < 300) {
                    gater.delivered(flooder);
                } else {
                    gater.throttled(second * SECOND);
                    gater.displaced(flooder);
                }
            }
            for (int i = 0; i < 10; i++) {
                gater.delivered(flooder);
                gater.duplicate(honest);
            }
            gater.refresh();
        }
        assertThat(taken(gater, honest, 60 * SECOND)).isEqualTo(1_000);
        assertThat(taken(gater, flooder, 60 * SECOND)).isLessThan(400);
    }

    @Test
    void aFullGaterShedsWhatComesFromFurtherBadSourcesToo() {
        PeerGater.Parameters two = new PeerGater.Parameters(0.33, 0.9, 0.99, Duration.ofMinutes(1), 0.125, 1, 16, 2);
        PeerGater gater = new PeerGater(two, new SplittableRandom(1));
        PeerId good = RouterNetwork.id("good");
        PeerId gone = RouterNetwork.id("gone");
        PeerId bad = RouterNetwork.id("bad");
        PeerId another = RouterNetwork.id("another");
        gater.add(good, RouterNetwork.address(1));
        gater.add(gone, RouterNetwork.address(2));
        gater.add(bad, RouterNetwork.address(3));
        for (int i = 0; i < 20; i++) {
            gater.validating();
            gater.delivered(good);
            gater.rejected(bad);
            gater.throttled(SECOND);
        }
        assertThat(taken(gater, bad, 2 * SECOND)).isLessThan(30);
        assertThat(taken(gater, good, 2 * SECOND)).isEqualTo(1_000);
        gater.remove(gone);
        gater.add(another, RouterNetwork.address(4));
        assertThat(taken(gater, another, 2 * SECOND))
                .as("of an address that took the place of one without peers")
                .isEqualTo(1_000);
        gater.remove(good);
        gater.remove(another);
        for (int i = 0; i < 3_000; i++) {
            gater.refresh();
        }
        gater.throttled(2 * SECOND);
        assertThat(taken(gater, bad, 2 * SECOND)).as("after a long time").isEqualTo(1_000);
    }

    private static int taken(PeerGater gater, PeerId peer, long now) {
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            taken += gater.takes(peer, now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aPositiveWeightOfAPenaltyIsRefusedByItsNameAndValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ScoreParameters.DEFAULT.withColocation(new ScoreParameters.Colocation(5, 10, address -> false)))
                .withMessageContaining("weights of penalties must be 0 or less: colocation 5.0");
    }
}
