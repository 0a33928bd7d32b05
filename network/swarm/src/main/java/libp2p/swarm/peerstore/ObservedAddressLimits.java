package libp2p.swarm.peerstore;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the observations. */
@LimitGroup("observed-addresses")
public record ObservedAddressLimits(
        @Bound(
                value = "4",
                least = "1",
                most = "1000",
                unit = "observers",
                is =
                        "at different IP addresses that must report an address before it is believed; half of them keep it believed")
        int observers,

        @Bound(
                value = "3",
                least = "1",
                most = "1000",
                unit = "addresses",
                is = "that are believed for one local address; those with the most observers are taken")
        int perLocal,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "addresses",
                is = "of this host for which observations are kept; the oldest are forgotten")
        int locals,

        @Bound(
                value = "256",
                least = "1",
                most = "100000",
                unit = "connections",
                is = "whose observation is kept for one local address; the oldest are forgotten")
        int votes,

        @Bound(
                value = "5s",
                least = "0s",
                most = "7d",
                is = "least time between two changes of what is believed; 0s believes at once")
        Duration interval) {
    /** The defaults. */
    public static final ObservedAddressLimits DEFAULT = Bounds.defaults(ObservedAddressLimits.class);

    public ObservedAddressLimits {
        Bounds.check(ObservedAddressLimits.class, observers, perLocal, locals, votes, interval);
        if (observers > votes) {
            throw new IllegalArgumentException("observed-addresses.observers is " + observers
                    + ", possible: at most observed-addresses.votes, which is " + votes);
        }
    }
}
