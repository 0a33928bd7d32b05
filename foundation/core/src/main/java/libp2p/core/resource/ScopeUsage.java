package libp2p.core.resource;

/**
 * The charges of one scope.
 *
 * @param connectionsInbound number of connections opened by others
 * @param connectionsOutbound number of connections opened by this host
 * @param descriptors number of file descriptors
 * @param streamsInbound number of streams opened by others
 * @param streamsOutbound number of streams opened by this host
 * @param memory bytes
 */
public record ScopeUsage(
        int connectionsInbound,
        int connectionsOutbound,
        int descriptors,
        int streamsInbound,
        int streamsOutbound,
        long memory) {
    /** Nothing is charged. */
    public static final ScopeUsage EMPTY = new ScopeUsage(0, 0, 0, 0, 0, 0);
}
