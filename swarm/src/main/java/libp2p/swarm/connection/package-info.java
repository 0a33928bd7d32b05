/** Connections and streams of the host: who is connected, what is served, and the threads that serve it. */
package libp2p.swarm.connection;
