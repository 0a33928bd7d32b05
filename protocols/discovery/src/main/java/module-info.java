/** Finding other hosts. */
@org.jspecify.annotations.NullMarked
module libp2p.discovery {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.discovery.bootstrap;
    exports libp2p.discovery.mdns;
    exports libp2p.discovery.namespace;
    exports libp2p.discovery.pubsub;
    exports libp2p.discovery.rendezvous;

    provides libp2p.core.limits.LimitRecords with
            libp2p.discovery.bootstrap.DiscoveryLimitRecords;
}
