/** HTTP: requests, handlers and clients, HTTP/1.1 over TCP and streams of libp2p, and authentication of peer ids. */
@org.jspecify.annotations.NullMarked
module libp2p.http {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires java.net.http;

    exports libp2p.http;
    exports libp2p.http.auth;
    exports libp2p.http.client;
    exports libp2p.http.streams;

    provides libp2p.core.limits.LimitRecords with
            libp2p.http.HttpLimitRecords;
}
