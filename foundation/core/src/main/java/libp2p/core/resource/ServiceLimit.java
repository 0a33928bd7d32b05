package libp2p.core.resource;

/**
 * Bounds on what may be charged to a service.
 *
 * @param streams both directions together, at least 0
 * @param streamsInbound streams that peers open, at least 0
 * @param streamsOutbound streams that this host opens, at least 0
 * @param memory bytes, at least 0
 */
public record ServiceLimit(int streams, int streamsInbound, int streamsOutbound, long memory) {
    public ServiceLimit {
        if (streams < 0 || streamsInbound < 0 || streamsOutbound < 0 || memory < 0) {
            throw new IllegalArgumentException("negative limit of a service: " + streams + " streams, " + streamsInbound
                    + " inbound, " + streamsOutbound + " outbound, " + memory + " bytes");
        }
    }

    /** As many streams one way as the other, and twice as many together. */
    public static ServiceLimit of(int streamsEachWay, long memory) {
        return new ServiceLimit(
                (int) Math.min(Integer.MAX_VALUE, 2L * streamsEachWay), streamsEachWay, streamsEachWay, memory);
    }
}
