/** Clients of HTTP services of others: trustless gateways, delegated routing and pinning services. */
@org.jspecify.annotations.NullMarked
module libp2p.delegated {
    requires static org.jspecify;
    requires transitive libp2p.blocks;
    requires transitive libp2p.http;
    requires transitive libp2p.ipns;

    exports libp2p.delegated.pinning;
    exports libp2p.delegated.routing;
    exports libp2p.delegated.trustless;

    provides libp2p.core.limits.LimitRecords with
            libp2p.delegated.DelegatedLimitRecords;
}
