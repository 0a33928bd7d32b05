/** Large networks of complete hosts with a DHT, in the simulator. */
package libp2p.scenarios.dht;
