package libp2p.discovery.bootstrap;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** When a host looks for peers, and how hard. The defaults are Kubo's: 4 peers, looked at every 30 s, 10 s for a dial. */
@LimitGroup("bootstrap")
public record BootstrapLimits(
        @Bound(
                value = "4",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "that this host has dialed and is connected to; with fewer, bootstrap peers are dialed")
        int minimumPeers,

        @Bound(
                value = "30s",
                least = "1s",
                most = "7d",
                is = "between two looks at the number of connected peers, give or take a tenth")
        Duration period,

        @Bound(value = "10s", least = "1ms", most = "1h", is = "for the dial of one bootstrap peer")
        Duration dialTimeout,

        @Bound(
                value = "256",
                least = "1",
                most = "10000",
                unit = "peers",
                is = "in the list of bootstrap peers; a longer one is refused")
        int named,

        @Bound(
                value = "8",
                least = "0",
                most = "1000",
                unit = "peers",
                is = "of the peerstore that one look may dial when the bootstrap peers do not suffice; 0: none")
        int remembered) {
    /** 4 peers, a look every 30 s, 10 s for a dial, 256 addresses, of which 8 at once. */
    public static final BootstrapLimits DEFAULT = Bounds.defaults(BootstrapLimits.class);

    public BootstrapLimits {
        Bounds.check(BootstrapLimits.class, minimumPeers, period, dialTimeout, named, remembered);
    }

    /** The same with another number of connected peers, below which more are dialed. */
    public BootstrapLimits withMinimumPeers(int value) {
        return new BootstrapLimits(value, period, dialTimeout, named, remembered);
    }

    /** The same with another time between two looks. */
    public BootstrapLimits withPeriod(Duration value) {
        return new BootstrapLimits(minimumPeers, value, dialTimeout, named, remembered);
    }
}
