/** What a stream muxer must be able to do; yamux and mplex are in module {@code libp2p.muxers}. */
package libp2p.core.muxer;
