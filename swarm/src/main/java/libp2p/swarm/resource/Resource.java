package libp2p.swarm.resource;

/** The kinds of resources that are counted and limited. */
public enum Resource {
    CONNECTIONS("connections"),
    CONNECTIONS_INBOUND("connectionsInbound"),
    CONNECTIONS_OUTBOUND("connectionsOutbound"),
    DESCRIPTORS("descriptors"),
    STREAMS("streams"),
    STREAMS_INBOUND("streamsInbound"),
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
