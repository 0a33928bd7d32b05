package libp2p.swarm.resource;

/**
 * How much may be charged to one scope.
 *
 * @param connections both directions together
 * @param streams both directions together
 * @param memory bytes
 */
public record ScopeLimit(
        int connections,
        int connectionsInbound,
        int connectionsOutbound,
        int descriptors,
        int streams,
        int streamsInbound,
        int streamsOutbound,
        long memory) {
    public static final ScopeLimit UNLIMITED = new ScopeLimit(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE);

    /** This limit with more added, as for every GiB of memory; saturates. */
    ScopeLimit plus(ScopeLimit more, double times) {
        return new ScopeLimit(
                add(connections, more.connections, times),
                add(connectionsInbound, more.connectionsInbound, times),
                add(connectionsOutbound, more.connectionsOutbound, times),
                descriptors,
                add(streams, more.streams, times),
                add(streamsInbound, more.streamsInbound, times),
                add(streamsOutbound, more.streamsOutbound, times),
                (long) Math.min(Long.MAX_VALUE, memory + more.memory * times));
    }

    private static int add(int base, int more, double times) {
        return (int) Math.min(Integer.MAX_VALUE, base + more * times);
    }

    ScopeLimit withDescriptors(int value) {
        return new ScopeLimit(
                connections,
                connectionsInbound,
                connectionsOutbound,
                value,
                streams,
                streamsInbound,
                streamsOutbound,
                memory);
    }
}
