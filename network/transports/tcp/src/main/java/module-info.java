/** The TCP transport. */
@org.jspecify.annotations.NullMarked
module libp2p.transports.tcp {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.transports.tcp;

    provides libp2p.core.limits.LimitRecords with
            libp2p.transports.tcp.TcpLimitRecords;
}
