/** The scores of GossipSub 1.1 with their parameters, and the gater that sheds load by them. */
package libp2p.pubsub.score;
