/** The contract of stream muxers; yamux and mplex are in module {@code libp2p.muxers}. */
package libp2p.core.muxer;
