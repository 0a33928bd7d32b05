package libp2p.metrics;

/** The meters. In Prometheus a dot is an underscore, counters end in {@code _total} and units are appended. */
final class Names {
    static final String CONNECTIONS_OPENED = "libp2p.swarm.connections.opened";
    static final String CONNECTIONS_CLOSED = "libp2p.swarm.connections.closed";
    static final String HANDSHAKE = "libp2p.swarm.handshake.latency";
    static final String KEY_TYPES = "libp2p.swarm.key.types";
    static final String DIALS = "libp2p.swarm.dial.latency";
    static final String DIAL_ERRORS = "libp2p.swarm.dial.errors";
    static final String INBOUND_ERRORS = "libp2p.swarm.inbound.errors";
    static final String CONNECTIONS = "libp2p.swarm.connections";
    static final String REFUSED = "libp2p.swarm.refused";
    static final String STREAMS_OPENED = "libp2p.swarm.streams.opened";
    static final String STREAMS_CLOSED = "libp2p.swarm.streams.closed";
    static final String NEGOTIATION = "libp2p.swarm.negotiation.latency";
    static final String TRAFFIC = "libp2p.bandwidth";
    static final String PROTOCOL_TRAFFIC = "libp2p.protocol.bandwidth";
    static final String PEER_TRAFFIC = "libp2p.peer.bandwidth";
    static final String SERVICE_EVENTS = "libp2p.service.events";
    static final String RESOURCE_USED = "libp2p.rcmgr.used";
    static final String RESOURCE_LIMIT = "libp2p.rcmgr.limit";
    static final String RESOURCE_BLOCKED = "libp2p.rcmgr.blocked.resources";

    private Names() {}
}
