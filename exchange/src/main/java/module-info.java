/** Exchange of blocks with other peers: Bitswap, GraphSync and gateways. */
@org.jspecify.annotations.NullMarked
module libp2p.exchange {
    requires static org.jspecify;
    requires transitive libp2p.blocks;
    requires transitive libp2p.http;
    requires transitive libp2p.ipns;
    requires java.net.http;

    exports libp2p.exchange.bitswap;
    exports libp2p.exchange.fetch;
    exports libp2p.exchange.gateway;
    exports libp2p.exchange.graphsync;
    exports libp2p.exchange.http;
    exports libp2p.exchange.pinning;
    exports libp2p.exchange.routing;
    exports libp2p.exchange.streams;
    exports libp2p.exchange.trustless;
}
