package libp2p.pubsub.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;

/** The bounds that must hold under attack. */
public final class AttackBounds {
    private AttackBounds() {}

    /** The bounds of every attack, beside a run without attackers. */
    public static void require(Kind kind, Result baseline, Result attacked) {
        String what = String.format(
                Locale.ROOT,
                "%s: delivered %.5f, p99 %d ms, p99 in the first minute %d ms, sybils in meshes %.3f after a minute,"
                        + " bytes %.2f of the baseline",
                kind,
                attacked.delivered(),
                attacked.p99() / 1_000_000,
                attacked.worst99() / 1_000_000,
                attacked.sybilShare(),
                (double) attacked.bytes() / baseline.bytes());
        assertThat(baseline.delivered()).isEqualTo(1);
        assertThat(attacked.delivered()).as(what).isGreaterThanOrEqualTo(0.999);
        long slowest =
                Math.max(kind == Kind.COLD_BOOT || kind == Kind.COVERT_FLASH ? 0 : attacked.p99(), attacked.worst99());
        assertThat(slowest).as(what).isLessThanOrEqualTo(kind.slowest().toNanos());
        assertThat(attacked.sybilShare()).as(what).isLessThanOrEqualTo(0.1);
        assertThat(attacked.bytes()).as(what).isLessThanOrEqualTo(baseline.bytes() * 3 / 2);
    }
}
