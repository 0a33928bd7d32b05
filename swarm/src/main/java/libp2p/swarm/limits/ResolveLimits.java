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

    /** The same with another number of names that one address may lead to. */
    public ResolveLimits withNames(int value) {
        return new ResolveLimits(value, depth, addresses);
    }

    /** The same with another depth of names that lead to names. */
    public ResolveLimits withDepth(int value) {
        return new ResolveLimits(names, value, addresses);
    }

    /** The same with another number of addresses that names may lead to. */
    public ResolveLimits withAddresses(int value) {
        return new ResolveLimits(names, depth, value);
    }
}
