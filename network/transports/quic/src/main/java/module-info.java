/** The QUIC transport. */
@org.jspecify.annotations.NullMarked
module libp2p.transports.quic {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.quic;
    requires transitive libp2p.security;
    requires transitive libp2p.streams;

    exports libp2p.transports.quic;

    provides libp2p.core.limits.LimitRecords with
            libp2p.transports.quic.QuicLimitRecords;
}
