/** Whether others can reach this host, and at which of its addresses: one answer from both versions of AutoNAT. */
package libp2p.nat.autonat;
