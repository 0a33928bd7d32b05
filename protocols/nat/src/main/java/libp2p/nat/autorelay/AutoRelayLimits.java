package libp2p.nat.autorelay;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the search for relays. */
@LimitGroup("autorelay")
public record AutoRelayLimits(
        @Bound(
                value = "2",
                least = "1",
                most = "1000",
                unit = "relays",
                is = "at which this host holds a reservation at the same time")
        int relays,

        @Bound(
                value = "20",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "that are remembered as possible relays; the oldest are forgotten")
        int candidates,

        @Bound(
                value = "15s",
                least = "0s",
                most = "1d",
                is =
                        "how long the verdict on this host's reachability is waited for before relays are used without it; 0s does not wait")
        Duration boot,

        @Bound(value = "2s", least = "1ms", most = "1d", is = "time between two looks at whether a relay is missing")
        Duration tick,

        @Bound(
                value = "30s",
                least = "1ms",
                most = "7d",
                is = "pause between the beginnings of two searches for relays")
        Duration search,

        @Bound(value = "20s", least = "1ms", most = "1d", is = "how long one search for relays may take")
        Duration searchTime,

        @Bound(
                value = "1h",
                least = "1ms",
                most = "7d",
                is = "how long a relay that refused a reservation is not asked again")
        Duration refused,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "7d",
                is = "how long a relay that was lost or not reached is not asked again")
        Duration lost) {
    /** The defaults of every bound. */
    public static final AutoRelayLimits DEFAULT = Bounds.defaults(AutoRelayLimits.class);

    public AutoRelayLimits {
        Bounds.check(AutoRelayLimits.class, relays, candidates, boot, tick, search, searchTime, refused, lost);
    }
}
