/** IPNS: names that are keys, and signed records that say what they stand for. */
@org.jspecify.annotations.NullMarked
module libp2p.ipns {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.ipld;

    exports libp2p.ipns;
}
