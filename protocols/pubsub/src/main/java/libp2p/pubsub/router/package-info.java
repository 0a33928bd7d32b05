/** The router of GossipSub as a state machine without threads, with floodsub below it. */
package libp2p.pubsub.router;
