/** Datastores: one in memory, and one in a file that survives the process and the power. */
@org.jspecify.annotations.NullMarked
module libp2p.storage {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires com.h2database.mvstore;

    exports libp2p.storage;

    provides libp2p.core.limits.LimitRecords with
            libp2p.storage.DatastoreLimitRecords;
}
