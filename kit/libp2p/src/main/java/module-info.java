/** A host with the defaults: {@link libp2p.Libp2p#host()}. Families of protocols are modules of their own. */
@org.jspecify.annotations.NullMarked
module libp2p {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.system;
    requires transitive libp2p.discovery;
    requires transitive libp2p.protocols;
    requires libp2p.storage;
    requires transitive libp2p.swarm;
    requires transitive libp2p.security;
    requires transitive libp2p.muxers;
    requires transitive libp2p.transports.tcp;
    requires transitive libp2p.transports.quic;
    requires transitive libp2p.transports.websocket;
    requires transitive libp2p.transports.webtransport;

    exports libp2p;

    uses libp2p.core.host.HostService;
    uses libp2p.core.host.ProtocolFamily;
    uses libp2p.core.host.TransportFactory;
}
