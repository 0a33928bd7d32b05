/**
 * The Kademlia distributed hash table of libp2p: {@link libp2p.kad.Kad} adds it to a host,
 * {@code host.find(Dht.class)} gives its operations. The bounds are in {@link KadLimits}.
 *
 * <p>It has more than 25 classes because each operation has one, and all share one network.
 */
package libp2p.kad;
