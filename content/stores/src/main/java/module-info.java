/** Stores that several nodes share: blocks in S3, blocks and records in a database. */
@org.jspecify.annotations.NullMarked
module libp2p.stores {
    requires static org.jspecify;
    requires transitive libp2p.blocks;
    requires transitive java.sql;
    requires libp2p.http;

    exports libp2p.stores;
}
