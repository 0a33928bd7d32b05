/**
 * The bounds that both stream muxers share. Yamux is in {@link libp2p.muxers.yamux}, mplex in
 * {@link libp2p.muxers.mplex}; both drive the same engine of streams, buffers and threads.
 */
package libp2p.muxers;
