package libp2p.ipfs;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** The bounds of the memory about providers. */
@LimitGroup("providers")
public record ProviderLimits(
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
                value = "1d",
                least = "1s",
                most = "30d",
                is = "for which it is remembered that a peer provides a CID, unless it is found again")
        Duration lifetime,

        @Bound(value = "30s", least = "1ms", most = "1d", is = "for a search for providers that names no deadline")
        Duration search) {
    /** The defaults of every bound. */
    public static final ProviderLimits DEFAULT = Bounds.defaults(ProviderLimits.class);

    public ProviderLimits {
        Bounds.check(ProviderLimits.class, contents, providersPerContent, lifetime, search);
    }
}
