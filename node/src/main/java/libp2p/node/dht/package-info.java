/** The DHT on the command line: its options, and what {@code p2p dht} does. */
package libp2p.node.dht;
