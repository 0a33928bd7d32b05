package libp2p.swarm.resource;

/** The kinds of resources that are counted and limited. */
public enum Resource {
    /** Connections of both directions. */
    CONNECTIONS("connections"),
    /** Connections that remotes opened. */
    CONNECTIONS_INBOUND("connectionsInbound"),
    /** Connections that this host opened. */
    CONNECTIONS_OUTBOUND("connectionsOutbound"),
    /** File descriptors of the process. */
    DESCRIPTORS("descriptors"),
    /** Streams of both directions. */
    STREAMS("streams"),
    /** Streams that remotes opened. */
    STREAMS_INBOUND("streamsInbound"),
    /** Streams that this host opened. */
    STREAMS_OUTBOUND("streamsOutbound"),
    /** Bytes. */
    MEMORY("memory"),
    /** Connections from one network in a short time. */
    NEW_CONNECTIONS("newConnections");

    private final String text;

    Resource(String text) {
        this.text = text;
    }

    /** As in errors and in the limits file, for example {@code "streamsInbound"}. */
    @Override
    public String toString() {
        return text;
    }
}
