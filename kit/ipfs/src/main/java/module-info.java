/** An IPFS peer in a few lines: roles, tiers, content routing, pins. */
@org.jspecify.annotations.NullMarked
module libp2p.ipfs {
    requires static org.jspecify;
    requires transitive libp2p;
    requires transitive libp2p.fetch;
    requires transitive libp2p.gateway;
    requires transitive libp2p.kad;
    requires libp2p.nat;
    requires transitive libp2p.pubsub;
    requires libp2p.storage;

    exports libp2p.ipfs;

    provides libp2p.core.limits.LimitRecords with
            libp2p.ipfs.IpfsLimitRecords;
}
