/** What a host knows about other peers, and which addresses are its own. */
package libp2p.core.peer;
