/** Denylists in the compact format of IPFS: what a node neither gives away nor gets. */
@org.jspecify.annotations.NullMarked
module libp2p.denylist {
    requires static org.jspecify;
    requires transitive libp2p.ipld;
    requires org.snakeyaml.engine.v2;

    exports libp2p.denylist;

    provides libp2p.core.limits.LimitRecords with
            libp2p.denylist.DenylistLimitRecords;
}
