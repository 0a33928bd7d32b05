package libp2p.swarm.resource;

/**
 * The limits of all scopes. {@link #scaled} gives go-libp2p's defaults for a machine.
 *
 * @param peer of each peer
 * @param connection of each connection
 * @param protocol of each protocol
 * @param protocolPeer of each protocol with each peer
 * @param service of each service
 * @param servicePeer of each service with each peer
 * @param stream of each stream
 * @param addresses of remote addresses, before any handshake
 */
public record ResourceLimits(
        ScopeLimit system,
        ScopeLimit transients,
        ScopeLimit peer,
        ScopeLimit connection,
        ScopeLimit protocol,
        ScopeLimit protocolPeer,
        ScopeLimit service,
        ScopeLimit servicePeer,
        ScopeLimit stream,
        AddressLimiter.Limits addresses) {
    private static final long MIB = 1 << 20;

    /** Counts, but refuses nothing. */
    public static ResourceLimits unlimited() {
        ScopeLimit all = ScopeLimit.UNLIMITED;
        return new ResourceLimits(all, all, all, all, all, all, all, all, all, AddressLimiter.Limits.UNLIMITED);
    }

    /**
     * go-libp2p's defaults: a base, and more for every GiB.
     *
     * @param memory bytes that the host may use, by default an eighth of the machine's
     * @param descriptors file descriptors that the host may use, by default half of the process limit
     */
    public static ResourceLimits scaled(long memory, int descriptors) {
        double gib = memory / 1024.0 / MIB;
        ScopeLimit system = new ScopeLimit(128, 64, 128, 256, 2048, 1024, 2048, 128 * MIB)
                .plus(new ScopeLimit(128, 64, 128, 256, 2048, 1024, 2048, 1024 * MIB), gib)
                .withDescriptors(Math.max(64, descriptors));
        ScopeLimit transients = new ScopeLimit(64, 32, 64, 64, 256, 128, 256, 32 * MIB)
                .plus(new ScopeLimit(32, 16, 32, 64, 256, 128, 256, 128 * MIB), gib)
                .withDescriptors(Math.max(16, descriptors / 4));
        ScopeLimit peer = new ScopeLimit(8, 8, 8, 4, 512, 256, 512, 64 * MIB)
                .plus(new ScopeLimit(0, 0, 0, 0, 256, 128, 256, 128 * MIB), gib)
                .withDescriptors(8);
        ScopeLimit protocol = new ScopeLimit(0, 0, 0, 0, 2048, 512, 2048, 64 * MIB)
                .plus(new ScopeLimit(0, 0, 0, 0, 512, 256, 512, 164 * MIB), gib);
        ScopeLimit protocolPeer = new ScopeLimit(0, 0, 0, 0, 256, 64, 128, 16 * MIB)
                .plus(new ScopeLimit(0, 0, 0, 0, 16, 8, 16, 4 * MIB), gib);
        ScopeLimit service = new ScopeLimit(0, 0, 0, 0, 4096, 1024, 4096, 64 * MIB)
                .plus(new ScopeLimit(0, 0, 0, 0, 512, 256, 512, 128 * MIB), gib);
        ScopeLimit servicePeer = new ScopeLimit(0, 0, 0, 0, 256, 128, 256, 16 * MIB)
                .plus(new ScopeLimit(0, 0, 0, 0, 8, 4, 8, 4 * MIB), gib);
        ScopeLimit connection = new ScopeLimit(1, 1, 1, 1, 0, 0, 0, 32 * MIB);
        ScopeLimit stream = new ScopeLimit(0, 0, 0, 0, 1, 1, 1, 16 * MIB);
        return new ResourceLimits(
                system,
                transients,
                peer,
                connection,
                protocol,
                protocolPeer,
                service,
                servicePeer,
                stream,
                AddressLimiter.Limits.DEFAULT);
    }
}
