/** Bitswap: the exchange of blocks with other peers. */
@org.jspecify.annotations.NullMarked
module libp2p.bitswap {
    requires static org.jspecify;
    requires transitive libp2p.blocks;

    exports libp2p.bitswap;

    provides libp2p.core.limits.LimitRecords with
            libp2p.bitswap.BitswapLimitRecords;
}
