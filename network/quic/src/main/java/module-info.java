/** QUIC version 1 as state machines without sockets, clocks and threads. */
@org.jspecify.annotations.NullMarked
module libp2p.quic {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.security;
    requires transitive libp2p.streams;

    exports libp2p.quic.connection;
    exports libp2p.quic.endpoint;
    exports libp2p.quic.protect;
    exports libp2p.quic.qlog;
    exports libp2p.quic.recovery;
    exports libp2p.quic.stream;
    exports libp2p.quic.wire;
}
