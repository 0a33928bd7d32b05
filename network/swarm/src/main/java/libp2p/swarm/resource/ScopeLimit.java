package libp2p.swarm.resource;

/**
 * Bounds on what may be charged to one scope.
 *
 * @param connections both directions together
 * @param connectionsInbound that remotes opened
 * @param connectionsOutbound that this host opened
 * @param descriptors file descriptors
 * @param streams both directions together
 * @param streamsInbound that remotes opened
 * @param streamsOutbound that this host opened
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
    private static final int MAX = Integer.MAX_VALUE;

    /** No limit of anything. */
    public static final ScopeLimit UNLIMITED = new ScopeLimit(MAX, MAX, MAX, MAX, MAX, MAX, MAX, Long.MAX_VALUE);

    static final ScopeLimit NOTHING = new ScopeLimit(0, 0, 0, 0, 0, 0, 0, 0);

    static ScopeLimit ofConnections(int total, int inbound, int outbound) {
        return new ScopeLimit(total, inbound, outbound, 0, 0, 0, 0, 0);
    }

    static ScopeLimit ofStreams(int total, int inbound, int outbound) {
        return NOTHING.withStreams(total, inbound, outbound);
    }

    /** The same with other limits of streams. */
    public ScopeLimit withStreams(int total, int inbound, int outbound) {
        return new ScopeLimit(
                connections, connectionsInbound, connectionsOutbound, descriptors, total, inbound, outbound, memory);
    }

    /** The same with another limit of file descriptors. */
    public ScopeLimit withDescriptors(int value) {
        return with(Resource.DESCRIPTORS, value);
    }

    /** The same with another limit of memory, in bytes. */
    public ScopeLimit withMemory(long bytes) {
        return with(Resource.MEMORY, bytes);
    }

    /** The limit of one resource; {@code Long.MAX_VALUE} where there is none. */
    public long of(Resource resource) {
        long value = switch (resource) {
            case CONNECTIONS -> connections;
            case CONNECTIONS_INBOUND -> connectionsInbound;
            case CONNECTIONS_OUTBOUND -> connectionsOutbound;
            case DESCRIPTORS -> descriptors;
            case STREAMS -> streams;
            case STREAMS_INBOUND -> streamsInbound;
            case STREAMS_OUTBOUND -> streamsOutbound;
            case MEMORY -> memory;
            case NEW_CONNECTIONS -> throw new IllegalArgumentException("a rate is not a limit of a scope");
        };
        return resource != Resource.MEMORY && value == MAX ? Long.MAX_VALUE : value;
    }

    /** This limit with another value for one resource; counts saturate. */
    public ScopeLimit with(Resource resource, long value) {
        return new ScopeLimit(
                pick(Resource.CONNECTIONS, resource, value, connections),
                pick(Resource.CONNECTIONS_INBOUND, resource, value, connectionsInbound),
                pick(Resource.CONNECTIONS_OUTBOUND, resource, value, connectionsOutbound),
                pick(Resource.DESCRIPTORS, resource, value, descriptors),
                pick(Resource.STREAMS, resource, value, streams),
                pick(Resource.STREAMS_INBOUND, resource, value, streamsInbound),
                pick(Resource.STREAMS_OUTBOUND, resource, value, streamsOutbound),
                resource == Resource.MEMORY ? value : memory);
    }

    private static int pick(Resource field, Resource changed, long value, int old) {
        return field == changed ? (int) Math.min(value, MAX) : old;
    }

    /** This limit with a part added for every MiB, given per GiB, rounded down; saturates. Descriptors stay. */
    ScopeLimit plus(ScopeLimit perGib, long mebibytes) {
        return new ScopeLimit(
                add(connections, perGib.connections, mebibytes),
                add(connectionsInbound, perGib.connectionsInbound, mebibytes),
                add(connectionsOutbound, perGib.connectionsOutbound, mebibytes),
                descriptors,
                add(streams, perGib.streams, mebibytes),
                add(streamsInbound, perGib.streamsInbound, mebibytes),
                add(streamsOutbound, perGib.streamsOutbound, mebibytes),
                memory + perGib.memory / 1024 * mebibytes);
    }

    private static int add(int base, int perGib, long mebibytes) {
        return (int) Math.min(MAX, base + perGib * mebibytes / 1024);
    }
}
