/** Attacks on GossipSub of complete hosts. */
package libp2p.scenarios.gossip;
