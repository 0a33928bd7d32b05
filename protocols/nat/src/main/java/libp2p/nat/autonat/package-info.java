/** The reachability of this host and of each of its addresses: one answer from both versions of AutoNAT. */
package libp2p.nat.autonat;
