/** The WebSocket transport. */
@org.jspecify.annotations.NullMarked
module libp2p.transports.websocket {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.http;
    requires transitive libp2p.transports.tcp;

    exports libp2p.transports.websocket;
    exports libp2p.transports.websocket.http;
    exports libp2p.transports.websocket.tls;

    provides libp2p.core.limits.LimitRecords with
            libp2p.transports.websocket.WebSocketLimitRecords;
}
