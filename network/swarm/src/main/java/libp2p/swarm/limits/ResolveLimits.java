package libp2p.swarm.limits;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of looking up the names in an address. */
public record ResolveLimits(
        @Bound(
                value = "32",
                least = "1",
                most = "10000",
                unit = "names",
                is = "that are looked up in DNS for one address; an address that needs more fails")
        int names,

        @Bound(
                value = "4",
                least = "0",
                most = "100",
                unit = "levels",
                is =
                        "of names behind a name of dnsaddr; an address with more fails, 0 allows only IP addresses behind it")
        int depth,

        @Bound(
                value = "100",
                least = "1",
                most = "10000",
                unit = "addresses",
                is = "that one address with a name may become; the rest are left out")
        int addresses) {
    /** The defaults. */
    public static final ResolveLimits DEFAULT = Bounds.defaults(ResolveLimits.class);

    public ResolveLimits {
        Bounds.check(ResolveLimits.class, names, depth, addresses);
    }
}
