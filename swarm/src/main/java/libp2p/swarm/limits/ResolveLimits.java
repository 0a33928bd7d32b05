package libp2p.swarm.limits;

/**
 * Bounds of looking up the names in an address.
 *
 * @param names names looked up for one address, over all levels of {@code /dnsaddr}
 * @param depth levels of {@code /dnsaddr}
 * @param addresses addresses that one address may become
 */
public record ResolveLimits(int names, int depth, int addresses) {
    /** The defaults. */
    public static final ResolveLimits DEFAULT = new ResolveLimits(32, 4, 100);
}
