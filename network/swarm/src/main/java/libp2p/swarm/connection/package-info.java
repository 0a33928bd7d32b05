/** Connections and streams of the host: the connected peers, the served protocols, and the threads that serve them. */
package libp2p.swarm.connection;
