/** The WebTransport transport. */
@org.jspecify.annotations.NullMarked
module libp2p.transports.webtransport {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.http3;
    requires libp2p.quic;
    requires libp2p.security;
    requires libp2p.streams;
    requires libp2p.transports.quic;

    exports libp2p.transports.webtransport;
}
