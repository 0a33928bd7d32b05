/**
 * Finding peers by what they say on a topic: {@link libp2p.discovery.pubsub.PubSubPeerDiscovery}, as
 * {@code @libp2p/pubsub-peer-discovery} of js-libp2p does it.
 */
package libp2p.discovery.pubsub;
