/** HTTP/1.1 over whatever carries bytes, over streams of libp2p, and authentication of peer ids by it. */
@org.jspecify.annotations.NullMarked
module libp2p.http {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.http;
    exports libp2p.http.auth;
    exports libp2p.http.streams;
}
