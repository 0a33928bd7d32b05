package libp2p.pubsub.network;

import java.util.ArrayList;
import java.util.List;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;

/** The bounds that must hold under attack. */
public final class AttackBounds {
    private AttackBounds() {}

    /** The bounds of every attack, beside a run without attackers. */
    public static void require(Kind kind, Result baseline, Result attacked) {
        List<String> broken = broken(kind, baseline, attacked);
        if (!broken.isEmpty()) {
            throw new AssertionError(kind + ": " + String.join(", ", broken));
        }
    }

    /** The bounds that do not hold, in words. */
    static List<String> broken(Kind kind, Result baseline, Result attacked) {
        List<String> broken = new ArrayList<>();
        if (baseline.delivered() < 1) {
            broken.add("without attackers %.5f delivered".formatted(baseline.delivered()));
        }
        if (attacked.delivered() < 0.999) {
            broken.add("%.5f delivered".formatted(attacked.delivered()));
        }
        long slowest =
                Math.max(kind == Kind.COLD_BOOT || kind == Kind.COVERT_FLASH ? 0 : attacked.p99(), attacked.worst99());
        if (slowest > kind.slowest().toNanos()) {
            broken.add("p99 of %d ms".formatted(slowest / 1_000_000));
        }
        if (attacked.sybilShare() > 0.1) {
            broken.add("%.3f of the meshes after a minute".formatted(attacked.sybilShare()));
        }
        if (attacked.bytes() > baseline.bytes() * 3 / 2) {
            broken.add("%.2f times the bytes".formatted((double) attacked.bytes() / baseline.bytes()));
        }
        return broken;
    }
}
