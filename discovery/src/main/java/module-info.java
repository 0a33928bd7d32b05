/** How a host finds its first peers. */
@org.jspecify.annotations.NullMarked
module libp2p.discovery {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.discovery.bootstrap;
    exports libp2p.discovery.providers;
}
