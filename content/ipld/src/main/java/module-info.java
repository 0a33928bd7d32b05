/** Content-addressed data: blocks, the IPLD codecs and data model, UnixFS, bounded traversal. */
@org.jspecify.annotations.NullMarked
module libp2p.ipld {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.multiformats;
    requires libp2p.crypto;

    exports libp2p.ipld;
    exports libp2p.ipld.codec;
    exports libp2p.ipld.policy;
    exports libp2p.ipld.selector;
    exports libp2p.ipld.traversal;
    exports libp2p.ipld.unixfs;
}
