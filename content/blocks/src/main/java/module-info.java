/** Block storage: stores in memory and in files, pins, garbage collection, CAR files. */
@org.jspecify.annotations.NullMarked
module libp2p.blocks {
    requires static org.jspecify;
    requires transitive libp2p.ipld;

    exports libp2p.blocks;
    exports libp2p.blocks.car;
    exports libp2p.blocks.tier;

    provides libp2p.core.limits.LimitRecords with
            libp2p.blocks.BlockStoreLimitRecords;
}
