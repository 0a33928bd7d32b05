package libp2p.metrics;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds on the values of labels. */
@LimitGroup("metrics")
public record MetricsLimits(
        @Bound(
                value = "200",
                least = "0",
                most = "100000",
                unit = "protocol families",
                is = "with meters of their own; later ones share the label 'other'; 0: all do")
        int protocols,

        @Bound(
                value = "64",
                least = "0",
                most = "100000",
                unit = "peers",
                is = "with meters of their own, those with the latest streams; 0: none")
        int peers) {
    /** The defaults. */
    public static final MetricsLimits DEFAULT = Bounds.defaults(MetricsLimits.class);

    public MetricsLimits {
        Bounds.check(MetricsLimits.class, protocols, peers);
    }
}
