/** Listening: all transports of a host behind one gate that asks gater and resource manager before any handshake. */
package libp2p.swarm.listen;
