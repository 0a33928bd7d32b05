/** The host's memory of other peers, and the book of its own addresses. */
package libp2p.swarm.peerstore;
