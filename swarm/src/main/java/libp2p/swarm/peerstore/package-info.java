/** What the host remembers about other peers, and the book of its own addresses. */
package libp2p.swarm.peerstore;
