/** GraphSync: whole DAGs from one peer by a selector. */
@org.jspecify.annotations.NullMarked
module libp2p.graphsync {
    requires static org.jspecify;
    requires transitive libp2p.blocks;

    exports libp2p.graphsync;

    provides libp2p.core.limits.LimitRecords with
            libp2p.graphsync.GraphSyncLimitRecords;
}
