/**
 * The one dependency of those who want everything: a host ({@link libp2p.Libp2p}) with all families of protocols, and
 * the IPFS peer on it. It has no code of its own.
 */
module libp2p.all {
    requires transitive libp2p;
    requires transitive libp2p.application;
    requires transitive libp2p.auth;
    requires transitive libp2p.autotls;
    requires transitive libp2p.denylist;
    requires transitive libp2p.fetch;
    requires transitive libp2p.gateway;
    requires transitive libp2p.ipfs;
    requires transitive libp2p.ipns;
    requires transitive libp2p.kad;
    requires transitive libp2p.nat;
    requires transitive libp2p.pubsub;
}
