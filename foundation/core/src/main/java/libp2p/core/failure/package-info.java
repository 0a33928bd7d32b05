/** The facts that every error of the network carries: the peer, the protocol, and whether another try is worthwhile. */
package libp2p.core.failure;
