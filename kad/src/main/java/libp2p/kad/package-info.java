/**
 * The Kademlia distributed hash table of libp2p: {@link libp2p.kad.Kad} adds it to a host,
 * {@code host.find(Dht.class)} gives its operations. The bounds are in {@link libp2p.kad.Limits}.
 *
 * <p>The package has more than 25 classes because the operations of the DHT and the overlays under them share requests, members and
 * searches that nobody else may use.
 */
package libp2p.kad;
