/** The storage market of Filecoin, which nothing else in the library loads. */
@org.jspecify.annotations.NullMarked
module libp2p.filecoin {
    requires static org.jspecify;
    requires transitive libp2p.blocks;
    requires transitive libp2p.core;
    requires libp2p.crypto;
    requires libp2p.http;
    requires transitive libp2p.ipld;

    exports libp2p.filecoin;

    provides libp2p.core.limits.LimitRecords with
            libp2p.filecoin.FilecoinLimitRecords;
}
