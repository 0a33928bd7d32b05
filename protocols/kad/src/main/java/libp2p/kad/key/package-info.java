/** The keyspace of Kademlia: 256-bit keys, their distance by XOR, and names that hash to a wanted place in it. */
package libp2p.kad.key;
