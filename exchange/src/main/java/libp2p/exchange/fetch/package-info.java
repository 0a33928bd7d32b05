/** One way to get blocks, wherever they are. */
package libp2p.exchange.fetch;
