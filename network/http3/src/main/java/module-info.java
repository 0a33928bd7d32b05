/** HTTP/3 as far as sessions of WebTransport need it, without sockets, clocks and threads. */
@org.jspecify.annotations.NullMarked
module libp2p.http3 {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.quic;

    exports libp2p.http3;
    exports libp2p.http3.qpack;
}
