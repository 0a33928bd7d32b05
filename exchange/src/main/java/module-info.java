/** How blocks are exchanged with other peers: Bitswap. */
@org.jspecify.annotations.NullMarked
module libp2p.exchange {
    requires static org.jspecify;
    requires transitive libp2p.blocks;
    requires libp2p.ipns;

    exports libp2p.exchange.bitswap;
    exports libp2p.exchange.fetch;
    exports libp2p.exchange.gateway;
    exports libp2p.exchange.graphsync;
}
