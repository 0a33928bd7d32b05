/** Publish and subscribe for a host: GossipSub as a family of protocols and as a service. */
package libp2p.pubsub;
