/** The trustless gateway over streams of libp2p ({@code /ipfs/gateway}): served, and called. */
package libp2p.exchange.streams;
