/** The machinery of the stream muxers of libp2p, apart from their frames. */
@org.jspecify.annotations.NullMarked
module libp2p.streams {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.streams;
    exports libp2p.streams.blocking;
    exports libp2p.streams.engine;
}
