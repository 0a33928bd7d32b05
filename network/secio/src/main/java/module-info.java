/** The legacy secure channel SECIO, which nothing else in the library loads. */
@org.jspecify.annotations.NullMarked
module libp2p.secio {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.security;

    exports libp2p.secio;
}
