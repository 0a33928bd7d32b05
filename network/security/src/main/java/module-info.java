/** Secure channels: noise, tls, plaintext, and private networks by a pre-shared key. */
@org.jspecify.annotations.NullMarked
module libp2p.security {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires org.bouncycastle.provider;

    exports libp2p.security;
    exports libp2p.security.noise;
    exports libp2p.security.plaintext;
    exports libp2p.security.pnet;
    exports libp2p.security.records to
            libp2p.secio;
    exports libp2p.security.tls;
    exports libp2p.security.tls13 to
            libp2p.quic,
            libp2p.transports.quic,
            libp2p.transports.webtransport;

    provides libp2p.core.limits.LimitRecords with
            libp2p.security.SecurityLimitRecords;
}
