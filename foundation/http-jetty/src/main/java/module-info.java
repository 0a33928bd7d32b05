/** A server of HTTP/1.1 and HTTP/2 for handlers, on Jetty. */
@org.jspecify.annotations.NullMarked
module libp2p.http.jetty {
    requires static org.jspecify;
    requires transitive libp2p.http;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.alpn.server;
    requires org.eclipse.jetty.alpn.java.server;
    requires org.eclipse.jetty.http2.server;

    exports libp2p.http.jetty;

    provides libp2p.core.limits.LimitRecords with
            libp2p.http.jetty.HttpServerLimitRecords;
}
