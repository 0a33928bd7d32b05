/** Fetching of DAGs from peers and gateways at once, by reputation. */
@org.jspecify.annotations.NullMarked
module libp2p.fetch {
    requires static org.jspecify;
    requires transitive libp2p.bitswap;
    requires transitive libp2p.delegated;
    requires transitive libp2p.graphsync;

    exports libp2p.fetch;
}
