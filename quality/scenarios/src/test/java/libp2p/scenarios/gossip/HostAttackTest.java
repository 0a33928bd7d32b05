package libp2p.scenarios.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import libp2p.pubsub.network.Attack.Times;
import libp2p.pubsub.network.AttackBounds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The attacks on complete hosts: 100 honest ones and 25 attackers on three attacks, and 1,000 and 250 on all. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class HostAttackTest {
    private static final Map<Scoring, Result> BASELINES = new EnumMap<>(Scoring.class);

    private static Result run(Kind kind, Size size, Scoring scoring, long seed) {
        return HostAttackReport.run(kind, size, scoring, Times.SHORT, seed);
    }

    @Test
    void theSameSeedGivesTheSameTraceOfCompleteHosts() {
        Size tiny = new Size(10, 2, 2, 6, 10, 10, 1);
        Result first = run(Kind.ECLIPSE, tiny, Scoring.DEFAULT, 3);
        assertThat(first.delivered()).isEqualTo(1);
        assertThat(run(Kind.ECLIPSE, tiny, Scoring.DEFAULT, 3).trace()).isEqualTo(first.trace());
    }

    @Test
    @Tag("long")
    void eclipseDegradeAndCovertFlashOfCompleteHosts() {
        Result baseline = run(Kind.NONE, Size.SMALL, Scoring.DECLARED, 7);
        for (Kind kind : new Kind[] {Kind.ECLIPSE, Kind.DEGRADE, Kind.COVERT_FLASH}) {
            Result attacked = run(kind, Size.SMALL, Scoring.DECLARED, 7);
            AttackBounds.require(kind, baseline, attacked);
            assertThat(attacked.sybilPeak())
                    .as("the attackers of %s got into meshes", kind)
                    .isGreaterThan(0.1);
        }
    }

    /** The run without attackers, once for all attacks. */
    private static synchronized Result fullBaseline(Scoring scoring) {
        return BASELINES.computeIfAbsent(scoring, key -> run(Kind.NONE, HostAttackReport.FULL, key, 7));
    }

    static List<Arguments> attacks() {
        List<Arguments> attacks = new ArrayList<>();
        HostAttackReport.RUNS.forEach((scoring, kinds) -> kinds.forEach(kind -> {
            if (kind != Kind.NONE) {
                attacks.add(Arguments.of(scoring, kind));
            }
        }));
        return attacks;
    }

    @ParameterizedTest
    @MethodSource("attacks")
    @Tag("long")
    @Tag("huge")
    void everyAttackOfFullSize(Scoring scoring, Kind kind) {
        AttackBounds.require(kind, fullBaseline(scoring), run(kind, HostAttackReport.FULL, scoring, 7));
    }
}
