/** The knowledge of a host about other peers, and the book of its own addresses. */
package libp2p.core.peer;
