/** The Kademlia distributed hash table of libp2p (specification {@code kad-dht}). */
@org.jspecify.annotations.NullMarked
module libp2p.kad {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.kad;
    exports libp2p.kad.key;
    exports libp2p.kad.lookup;
    exports libp2p.kad.message;
    exports libp2p.kad.store;
    exports libp2p.kad.table;
    exports libp2p.kad.validator;

    provides libp2p.core.limits.LimitRecords with
            libp2p.kad.limits.KadLimitRecords;
}
