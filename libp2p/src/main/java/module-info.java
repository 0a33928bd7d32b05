/** The one dependency for users: {@link libp2p.Libp2p#host()} makes a host with the defaults. */
@org.jspecify.annotations.NullMarked
module libp2p {
    requires static org.jspecify;
    requires transitive libp2p.auth;
    requires transitive libp2p.core;
    requires transitive libp2p.discovery;
    requires transitive libp2p.exchange;
    requires transitive libp2p.kad;
    requires transitive libp2p.ipns;
    requires transitive libp2p.nat;
    requires transitive libp2p.protocols;
    requires transitive libp2p.pubsub;
    requires libp2p.storage;
    requires transitive libp2p.swarm;
    requires transitive libp2p.security;
    requires transitive libp2p.muxers;
    requires transitive libp2p.transports.tcp;
    requires transitive libp2p.transports.quic;
    requires transitive libp2p.transports.websocket;

    exports libp2p;

    uses libp2p.core.host.HostService;
    uses libp2p.core.host.ProtocolFamily;
    uses libp2p.core.host.TransportFactory;
}
