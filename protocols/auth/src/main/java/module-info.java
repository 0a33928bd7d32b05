/** Permissions: the peers that may use a protocol, roles, and proofs of identity. */
@org.jspecify.annotations.NullMarked
module libp2p.auth {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.auth;
    exports libp2p.auth.challenge;

    provides libp2p.core.limits.LimitRecords with
            libp2p.auth.challenge.AuthLimitRecords;
}
