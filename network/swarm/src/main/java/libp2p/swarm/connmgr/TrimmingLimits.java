package libp2p.swarm.connmgr;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Marks, times and bounds of trimming connections. */
@LimitGroup("trimming")
public record TrimmingLimits(
        @Bound(
                value = "160",
                least = "0",
                most = "unlimited",
                unit = "connections",
                is = "to peers whose grace is over that trimming leaves open")
        int low,

        @Bound(value = "192", least = "0", most = "unlimited", unit = "connections", is = "above which trimming starts")
        int high,

        @Bound(
                value = "1m",
                least = "0s",
                most = "365d",
                is = "how long a newly connected peer is not trimmed; 0s gives no grace")
        Duration grace,

        @Bound(value = "10s", least = "0s", most = "7d", is = "least time between two automatic trims; 0s sets none")
        Duration silence,

        @Bound(
                value = "16384",
                least = "1",
                most = "100000000",
                unit = "peers",
                is =
                        "with tags, of which the oldest unconnected ones are forgotten; as many with protections and with shelters, more fail")
        int peers,

        @Bound(
                value = "64",
                least = "1",
                most = "1000000",
                unit = "tags",
                is = "of one peer, as many protections and as many shelters; more fail")
        int tags,

        @Bound(
                value = "1024",
                least = "0",
                most = "1000000",
                unit = "peers",
                is = "that this host stays connected to by request; asking for more fails, 0 allows none")
        int kept,

        @Bound(
                value = "0.25",
                least = "0",
                most = "1",
                is =
                        "part of the connections to unprotected peers that is closed each time memory is short; 0 closes none")
        double relief,

        @Bound(
                value = "1s",
                least = "0s",
                most = "7d",
                is = "least time between two reliefs of short memory; 0s sets none")
        Duration reliefPause) {
    /** go-libp2p's marks; a quarter of the connections, at most once a second, when memory is short. */
    public static final TrimmingLimits DEFAULT = Bounds.defaults(TrimmingLimits.class);

    public TrimmingLimits {
        Bounds.check(TrimmingLimits.class, low, high, grace, silence, peers, tags, kept, relief, reliefPause);
        if (high < low) {
            throw new IllegalArgumentException(
                    "trimming.low is " + low + ", possible: at most trimming.high, which is " + high);
        }
    }

    /** The same with other marks: connections are closed above the upper one, until the lower one is reached. */
    public TrimmingLimits withMarks(int newLow, int newHigh) {
        return new TrimmingLimits(newLow, newHigh, grace, silence, peers, tags, kept, relief, reliefPause);
    }

    /** The same with another grace of new peers and another shortest time between two automatic trims. */
    public TrimmingLimits withTimes(Duration newGrace, Duration newSilence) {
        return new TrimmingLimits(low, high, newGrace, newSilence, peers, tags, kept, relief, reliefPause);
    }

    /**
     * The same with other numbers of peers with tags, of tags of one peer, and of peers that are kept connected.
     */
    public TrimmingLimits withBounds(int newPeers, int newTags, int newKept) {
        return new TrimmingLimits(low, high, grace, silence, newPeers, newTags, newKept, relief, reliefPause);
    }

    /**
     * The same with another part of the connections that is closed when resources run out, and another pause
     * between two of these.
     */
    public TrimmingLimits withRelief(double newRelief, Duration newPause) {
        return new TrimmingLimits(low, high, grace, silence, peers, tags, kept, newRelief, newPause);
    }
}
