/** An IPFS peer in a few lines: roles, tiers, content routing, pins. */
@org.jspecify.annotations.NullMarked
module libp2p.ipfs {
    requires static org.jspecify;
    requires transitive libp2p;
    requires transitive libp2p.fetch;
    requires transitive libp2p.gateway;
    requires libp2p.kad;
    requires libp2p.nat;
    requires libp2p.storage;

    exports libp2p.ipfs;
}
