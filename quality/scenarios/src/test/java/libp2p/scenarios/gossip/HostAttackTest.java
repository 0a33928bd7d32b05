package libp2p.scenarios.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import libp2p.pubsub.network.AttackBounds;
import libp2p.pubsub.network.AttackResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The attacks on complete hosts: 10 honest ones, and 30 with a cold boot; routers alone go through all attacks. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class HostAttackTest {
    private static final int HOSTS = 30;

    private static AttackResult run(Kind kind, Size size, long seed) {
        return HostAttackReport.run(kind, size, Scoring.DEFAULT, seed);
    }

    @Test
    void theSameSeedGivesTheSameTraceOfCompleteHosts() {
        Size tiny = new Size(0.01, 1, 6);
        AttackResult first = run(Kind.FEW_FIRST, tiny, 3);
        assertThat(first.delivered()).isEqualTo(1);
        assertThat(run(Kind.FEW_FIRST, tiny, 3).trace()).isEqualTo(first.trace());
    }

    @Test
    @Tag("long")
    void aColdBootOfCompleteHosts() {
        Size some = new Size(HOSTS / 1000.0, 6, 10);
        AttackResult calm = run(Kind.CALM, some, 7);
        AttackResult attacked = run(Kind.COLD_BOOT, some, 7);
        AttackBounds.requireAmongFew(Kind.COLD_BOOT, calm, attacked, HOSTS);
        assertThat(attacked.lowestShare()).as("the attackers got into meshes").isLessThan(0.8);
    }
}
