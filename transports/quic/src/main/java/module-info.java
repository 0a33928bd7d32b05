/** The QUIC transport. */
@org.jspecify.annotations.NullMarked
module libp2p.transports.quic {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.quic;
    requires libp2p.security;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.handler;
    requires io.netty.codec.classes.quic;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    exports libp2p.transports.quic;
}
