/** Self-describing values: varints, multibase, multicodec, multihash, CID and multiaddr. */
@org.jspecify.annotations.NullMarked
module libp2p.multiformats {
    requires static org.jspecify;

    exports libp2p.multiformats;
    exports libp2p.multiformats.multiaddr;
}
