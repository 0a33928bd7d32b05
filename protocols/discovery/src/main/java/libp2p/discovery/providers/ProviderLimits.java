package libp2p.discovery.providers;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** The bounds and weights of the memory about providers. */
@LimitGroup("providers")
public record ProviderLimits(
        @Bound(
                value = "10000",
                least = "1",
                most = "10000000",
                unit = "peers",
                is = "whose record as providers is remembered; beyond, the one unused longest is forgotten")
        int peers,

        @Bound(
                value = "10000",
                least = "1",
                most = "10000000",
                unit = "CIDs",
                is = "whose providers are remembered; beyond, the one unused longest is forgotten")
        int contents,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "providers",
                is = "that are remembered of one CID; further ones are left out")
        int providersPerContent,

        @Bound(
                value = "50",
                least = "1",
                most = "100000",
                unit = "latencies",
                is = "of one provider that are remembered; beyond, the oldest is forgotten")
        int latencies,

        @Bound(
                value = "1s",
                least = "1ms",
                most = "1d",
                is = "for which a provider is avoided after a failure; doubled with each further one in a row")
        Duration backOff,

        @Bound(
                value = "5m",
                least = "1ms",
                most = "7d",
                is = "for which a provider is avoided at most, after however many failures")
        Duration longestBackOff) {
    /** The defaults of every bound. */
    public static final ProviderLimits DEFAULT = Bounds.defaults(ProviderLimits.class);

    public ProviderLimits {
        Bounds.check(ProviderLimits.class, peers, contents, providersPerContent, latencies, backOff, longestBackOff);
    }
}
