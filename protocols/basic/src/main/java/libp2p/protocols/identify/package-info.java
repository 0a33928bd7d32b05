/**
 * {@code /ipfs/id/1.0.0} and {@code /ipfs/id/push/1.0.0} (libp2p specification, identify): who the peer is, what it
 * speaks, where it listens, and under which address it sees us.
 */
package libp2p.protocols.identify;
