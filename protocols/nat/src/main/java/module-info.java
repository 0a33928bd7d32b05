/** Reaching and being reached from behind routers: relays, reachability, hole punching, port mapping. */
@org.jspecify.annotations.NullMarked
module libp2p.nat {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.http;
    requires java.xml;

    exports libp2p.nat;
    exports libp2p.nat.address;
    exports libp2p.nat.autonat;
    exports libp2p.nat.autonat.v1;
    exports libp2p.nat.autonat.v2;
    exports libp2p.nat.autorelay;
    exports libp2p.nat.dcutr;
    exports libp2p.nat.mapping;
    exports libp2p.nat.relay;

    provides libp2p.core.limits.LimitRecords with
            libp2p.nat.NatLimitRecords;
}
