/** The messages of Kademlia on the wire (specification kad-dht, "RPC messages"), with their bounds. */
package libp2p.kad.message;
