/** HTTP for the content of a node: the gateway and delegated routing over HTTP/1.1 and HTTP/2. */
@org.jspecify.annotations.NullMarked
module libp2p.gateway {
    requires static org.jspecify;
    requires transitive libp2p.exchange;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.alpn.server;
    requires org.eclipse.jetty.alpn.java.server;
    requires org.eclipse.jetty.http2.server;

    exports libp2p.gateway;
}
