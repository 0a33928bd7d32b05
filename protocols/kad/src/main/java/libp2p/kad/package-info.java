/**
 * The Kademlia distributed hash table of libp2p: {@link libp2p.kad.Kad} adds it to a host,
 * {@code host.find(Dht.class)} gives its operations. The bounds are in {@link KadLimits}.
 */
package libp2p.kad;
