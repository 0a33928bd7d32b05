/** AutoTLS: certificates for WebSockets over TLS, by ACME and a broker of DNS names. */
@org.jspecify.annotations.NullMarked
module libp2p.autotls {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.transports.websocket;
    requires libp2p.http;
    requires java.net.http;
    requires org.shredzone.acme4j;

    exports libp2p.autotls;

    provides libp2p.core.limits.LimitRecords with
            libp2p.autotls.AutoTlsLimitRecords;
}
