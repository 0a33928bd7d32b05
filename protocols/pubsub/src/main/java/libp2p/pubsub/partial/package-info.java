/** Messages that travel in parts (extension "partial messages" of GossipSub 1.3). */
package libp2p.pubsub.partial;
