package libp2p.discovery.bootstrap;

import java.time.Duration;

/**
 * When a host looks for peers, and how hard. The defaults are Kubo's: 4 peers, looked at every 30 s, 10 s for a dial.
 *
 * @param minimumPeers with fewer connected peers than this, more are dialed; 1 to 1,000
 * @param period between two looks, give or take a tenth; at least 1 s
 * @param dialTimeout for each peer; positive
 * @param named peers that may be named; 1 to 10,000
 * @param remembered peers of the peerstore that are tried in one look when those that were named do not suffice; 0 to
 *     1,000
 */
public record BootstrapLimits(int minimumPeers, Duration period, Duration dialTimeout, int named, int remembered) {
    /** 4 peers, a look every 30 s, 10 s for a dial, 256 addresses, of which 8 at once. */
    public static final BootstrapLimits DEFAULT =
            new BootstrapLimits(4, Duration.ofSeconds(30), Duration.ofSeconds(10), 256, 8);

    public BootstrapLimits {
        check("minimumPeers", minimumPeers, 1, 1_000);
        check("named", named, 1, 10_000);
        check("remembered", remembered, 0, 1_000);
        if (period.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("period is " + period + ", must be at least 1 s");
        }
        if (!dialTimeout.isPositive()) {
            throw new IllegalArgumentException("dialTimeout is " + dialTimeout + ", must be positive");
        }
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + least + " to " + most);
        }
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
