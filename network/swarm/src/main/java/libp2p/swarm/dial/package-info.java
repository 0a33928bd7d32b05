/**
 * Reaching a peer: names are resolved, addresses ranked as RFC 8305 says and dialed with go-libp2p's delays, one dial
 * per peer is shared by all who want it, and addresses that failed are left alone for a while.
 */
package libp2p.swarm.dial;
