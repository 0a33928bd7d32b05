package libp2p.pubsub.network;

import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Size;
import org.junit.jupiter.api.Test;

/** 100 honest routers and 25 attackers with the parameters of the evaluation of GossipSub 1.1, rates scaled with the size. */
class AttackTest {
    private static final int SECONDS = 65;

    static Result checked(Kind kind, Size size, String file, boolean own, int seconds) {
        Result baseline = Attack.run(Kind.NONE, size, file, own, seconds, 7);
        Result attacked = Attack.run(kind, size, file, own, seconds, 7);
        String what = String.format(
                Locale.ROOT,
                "%s: delivered %.5f, p50 %d ms, p99 %d ms, p99 in the first minute %d ms, sybils in meshes %.3f after"
                        + " a minute, at most %.3f, bytes %.2f of the baseline, lowest honest score %.1f",
                kind,
                attacked.delivered(),
                attacked.p50() / 1_000_000,
                attacked.p99() / 1_000_000,
                attacked.worst99() / 1_000_000,
                attacked.sybilShare(),
                attacked.sybilPeak(),
                (double) attacked.bytes() / baseline.bytes(),
                attacked.lowestHonest());
        System.out.println(what);
        assertThat(baseline.delivered()).isEqualTo(1);
        assertThat(attacked.delivered()).as(what).isGreaterThanOrEqualTo(0.999);
        boolean slow = kind == Kind.COLD_BOOT || kind == Kind.COVERT_FLASH;
        assertThat(slow ? attacked.worst99() : attacked.p99()).as(what).isLessThanOrEqualTo((slow ? 3 : 1) * SECOND);
        // Those that drop a part, or the messages of one author, bring as much as an honest neighbour that is a little
        // late:
        // no score tells them apart, and they do no harm as long as they are few.
        boolean silent = kind != Kind.DEGRADE && kind != Kind.CENSOR;
        if (silent) {
            assertThat(attacked.sybilShare()).as(what).isLessThanOrEqualTo(0.1);
        }
        assertThat(attacked.bytes()).as(what).isLessThanOrEqualTo(baseline.bytes() * 3 / 2);
        return attacked;
    }

    @Test
    void eclipse() {
        Result result = checked(Kind.ECLIPSE, Size.SMALL, "1k-attack-eclipse-net", false, SECONDS);
        assertThat(result.sybilPeak()).as("the attackers got into meshes").isGreaterThan(0.1);
    }

    @Test
    void degrade() {
        checked(Kind.DEGRADE, Size.SMALL, "1k-attack-degrade-0.5", false, SECONDS);
    }

    @Test
    void covertFlash() {
        Result result = checked(Kind.COVERT_FLASH, Size.SMALL, "1k-attack-eclipse-net", true, SECONDS);
        assertThat(result.sybilPeak()).as("the attackers were in meshes").isGreaterThan(0.1);
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        Size tiny = new Size(20, 4, 5, 8, 20, 4);
        assertThat(Attack.run(Kind.ECLIPSE, tiny, "1k-attack-eclipse-net", false, 60, 3)
                        .trace())
                .isEqualTo(Attack.run(Kind.ECLIPSE, tiny, "1k-attack-eclipse-net", false, 60, 3)
                        .trace())
                .isNotEqualTo(Attack.run(Kind.ECLIPSE, tiny, "1k-attack-eclipse-net", false, 60, 4)
                        .trace());
    }
}
