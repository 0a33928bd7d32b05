/** The suite for stream multiplexers, over links in memory and on simulated time. */
package libp2p.contracts.muxer;
