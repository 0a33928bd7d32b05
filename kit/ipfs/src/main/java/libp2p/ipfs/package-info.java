/**
 * An IPFS peer in a few lines. {@link libp2p.ipfs.IpfsPeer} joins a host, stores in tiers, Bitswap, the DHT and a
 * fetcher; {@link libp2p.ipfs.ContentRoutingManager} finds, retrieves and announces content.
 */
package libp2p.ipfs;
