/** Permissions: the peers that may use a protocol. */
@org.jspecify.annotations.NullMarked
module libp2p.auth {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.auth;
}
