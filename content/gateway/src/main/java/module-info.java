/** The HTTP services of a node: the gateway, delegated routing and the pinning service. */
@org.jspecify.annotations.NullMarked
module libp2p.gateway {
    requires static org.jspecify;
    requires transitive libp2p.delegated;

    exports libp2p.gateway;
    exports libp2p.gateway.pinning;
    exports libp2p.gateway.routing;
}
