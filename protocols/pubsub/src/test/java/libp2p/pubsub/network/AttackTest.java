package libp2p.pubsub.network;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import org.junit.jupiter.api.Test;

/** The runner of the attacks. */
class AttackTest {
    @Test
    void aFileIsReadWhole() {
        AttackPlan boot = AttackPlan.of(Kind.COLD_BOOT, Size.FULL);
        assertThat(boot.honest()).isEqualTo(1_000);
        assertThat(boot.sybils()).isEqualTo(4_000);
        assertThat(boot.addresses()).isEqualTo(250);
        assertThat(boot.victims()).isEqualTo(20);
        assertThat(boot.regraftBackoff()).hasSeconds(60);
        assertThat(boot.regraftDelay()).hasSeconds(15);
        assertThat(boot.onset()).hasSeconds(30);
        AttackPlan eclipse = AttackPlan.of(Kind.ECLIPSE, Size.FULL);
        assertThat(eclipse.victims()).isEqualTo(100);
        assertThat(eclipse.onset()).hasSeconds(63);
        AttackPlan flash = AttackPlan.of(Kind.COVERT_FLASH, Size.FULL);
        assertThat(flash.onset()).hasSeconds(120);
        assertThat(flash.publishing()).hasMinutes(5);
        AttackPlan dawn = AttackPlan.of(Kind.DAWN, Size.FULL);
        assertThat(dawn.honestDelay()).hasSeconds(10);
        AttackPlan colocation = AttackPlan.of(Kind.COLOCATION, Size.FULL);
        assertThat(colocation.addresses()).isEqualTo(25);
        assertThat(colocation.sybils()).isEqualTo(4_000);
        assertThat(Kind.COLOCATION.vectors().scores("blocks").colocation().weight())
                .isEqualTo(-10);
        assertThat(Kind.ECLIPSE.vectors().scores("blocks").behaviour().weight()).isZero();
        for (Kind kind : Kind.values()) {
            AttackPlan plan = AttackPlan.of(kind, Size.FULL);
            long end = plan.warm().plus(plan.publishing()).toSeconds();
            assertThat(end - plan.onset().toSeconds()).as("%s", kind).isGreaterThanOrEqualTo(120);
        }
    }

    /** Attackers on one victim. */
    private static double links(AttackPlan plan) {
        return (double) plan.sybils() * plan.victims() / plan.reachable();
    }

    @Test
    void aVictimInASmallNetworkHasAsManyAttackers() {
        for (Kind kind : Kind.values()) {
            AttackPlan full = AttackPlan.of(kind, Size.FULL);
            AttackPlan small = AttackPlan.of(kind, Size.SMALL);
            assertThat(links(small)).as("%s", kind).isEqualTo(links(full));
            assertThat(small.addresses()).isEqualTo(full.addresses());
        }
        assertThat(AttackPlan.of(Kind.COLD_BOOT, Size.SMALL).sybils()).isEqualTo(400);
        assertThat(AttackPlan.of(Kind.FEW_FIRST, Size.SMALL).sybils()).isEqualTo(25);
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        Size tiny = new Size(0.02, 4, 8);
        long trace = Attack.run(Kind.COLD_BOOT, tiny, Scoring.EVALUATION, 3).trace();
        assertThat(Attack.run(Kind.COLD_BOOT, tiny, Scoring.EVALUATION, 3).trace())
                .isEqualTo(trace);
        assertThat(Attack.run(Kind.COLD_BOOT, tiny, Scoring.EVALUATION, 4).trace())
                .isNotEqualTo(trace);
    }
}
