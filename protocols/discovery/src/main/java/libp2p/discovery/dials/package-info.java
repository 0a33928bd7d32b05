/** Connecting to the peers that a discovery finds. */
package libp2p.discovery.dials;
