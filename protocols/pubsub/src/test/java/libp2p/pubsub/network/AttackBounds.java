package libp2p.pubsub.network;

import java.util.ArrayList;
import java.util.List;

/** The bounds that must hold under attack. */
public final class AttackBounds {
    static final double SHARE = 0.9;
    static final double GOOD = 0.99;
    static final double DELIVERED = 0.999;
    static final long FIRST_NANOS = 3_000_000_000L;
    static final double LATER = 2;
    static final double BYTES = 1.5;
    static final double CHANGED = 0.01;

    private AttackBounds() {}

    /** The bounds of an attack, beside a run without attackers. */
    public static void require(Object what, AttackResult calm, AttackResult attacked) {
        require(what, calm, attacked, GOOD);
    }

    /** The same in a network of so few meshes that one of them is more than a hundredth: all but one are honest by half. */
    public static void requireAmongFew(Object what, AttackResult calm, AttackResult attacked, int meshes) {
        require(what, calm, attacked, 1 - 1.0 / meshes - 1e-9);
    }

    private static void require(Object what, AttackResult calm, AttackResult attacked, double good) {
        List<String> broken = broken(calm, attacked, good);
        if (!broken.isEmpty()) {
            throw new AssertionError(what + ": " + String.join(", ", broken));
        }
    }

    /** The bounds that do not hold, in words. */
    static List<String> broken(AttackResult calm, AttackResult attacked) {
        return broken(calm, attacked, GOOD);
    }

    private static List<String> broken(AttackResult calm, AttackResult attacked, double good) {
        List<String> broken = new ArrayList<>();
        check(broken, attacked.honestShare() >= SHARE, "honest share", attacked.honestShare());
        check(broken, attacked.goodMeshes() >= good, "meshes", attacked.goodMeshes());
        check(broken, attacked.delivered() >= DELIVERED, "delivered", attacked.delivered());
        check(broken, attacked.first99() <= FIRST_NANOS, "p99, first minute, s", attacked.first99() / 1e9);
        double later = (double) attacked.later99() / calm.later99();
        check(broken, later <= LATER, "p99 ×", later);
        double bytes = (double) attacked.messageBytes() / calm.messageBytes();
        check(broken, bytes <= BYTES, "bytes ×", bytes);
        if (calm == attacked) {
            check(broken, calm.changedInAMinute() <= CHANGED, "places changed", calm.changedInAMinute());
        }
        return broken;
    }

    private static void check(List<String> broken, boolean holds, String what, double value) {
        if (!holds) {
            broken.add("%s %.3f".formatted(what, value));
        }
    }
}
