package libp2p.pubsub.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import libp2p.pubsub.network.Attack.Times;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 100 honest routers and 25 attackers with the network of the evaluation of GossipSub 1.1, rates scaled with the size.
 */
class AttackTest {
    private static void require(Scoring scoring, Set<Kind> kinds, Size size) {
        Result baseline = Attack.run(Kind.NONE, size, scoring, Times.DEFAULT, 7);
        for (Kind kind : kinds) {
            Result result = Attack.run(kind, size, scoring, Times.DEFAULT, 7);
            AttackBounds.require(kind, baseline, result);
            if (kind != Kind.COLOCATION && kind != Kind.ECLIPSE_PUBLISHERS) {
                assertThat(result.sybilPeak())
                        .as("the attackers of %s got into meshes", kind)
                        .isGreaterThan(0.1);
            }
        }
    }

    @Test
    void eclipseWithTheScoresOfTheEvaluation() {
        require(Scoring.EVALUATION, EnumSet.of(Kind.ECLIPSE), Size.SMALL);
    }

    @Test
    void degradeWithTheScoresOfTheEvaluation() {
        require(Scoring.EVALUATION, EnumSet.of(Kind.DEGRADE), Size.SMALL);
    }

    @Test
    void covertFlashWithTheScoresOfTheEvaluation() {
        require(Scoring.EVALUATION, EnumSet.of(Kind.COVERT_FLASH), Size.SMALL);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Tag("long")
    void allAttacksWithTheScoresOfTheEvaluation() {
        require(Scoring.EVALUATION, EnumSet.complementOf(EnumSet.of(Kind.NONE)), Size.SMALL);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Tag("long")
    void allAttacksOnATopicThatDeclaresItsRate() {
        require(Scoring.DECLARED, EnumSet.complementOf(EnumSet.of(Kind.NONE)), Size.SMALL);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Tag("long")
    void allAttacksOnATopicOfWhichNothingIsKnown() {
        require(Scoring.DEFAULT, EnumSet.complementOf(EnumSet.of(Kind.NONE)), Size.SMALL);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Tag("long")
    void attackersThatAreMoreThanTheNeighboursWhenTheNetworkBegins() {
        require(Scoring.DECLARED, EnumSet.of(Kind.COLD_BOOT, Kind.COVERT_FLASH), Size.SMALL.harder());
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        Size tiny = new Size(20, 4, 5, 8, 20, 20, 4);
        assertThat(Attack.run(Kind.ECLIPSE, tiny, Scoring.EVALUATION, Times.SHORT, 3)
                        .trace())
                .isEqualTo(Attack.run(Kind.ECLIPSE, tiny, Scoring.EVALUATION, Times.SHORT, 3)
                        .trace())
                .isNotEqualTo(Attack.run(Kind.ECLIPSE, tiny, Scoring.EVALUATION, Times.SHORT, 4)
                        .trace());
    }
}
