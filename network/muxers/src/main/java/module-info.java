/** The stream muxers of libp2p: yamux, and mplex for peers that know nothing better. */
@org.jspecify.annotations.NullMarked
module libp2p.muxers {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.streams;

    exports libp2p.muxers;
    exports libp2p.muxers.mplex;
    exports libp2p.muxers.yamux;

    provides libp2p.core.limits.LimitRecords with
            libp2p.muxers.MuxerLimitRecords;
}
