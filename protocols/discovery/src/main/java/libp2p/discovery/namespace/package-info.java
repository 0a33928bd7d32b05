/**
 * Hosts that offer the same service, found by its name. {@link libp2p.core.routing.Discovery} is the
 * contract; {@link libp2p.discovery.namespace.CombinedDiscovery} makes one of several, {@link
 * libp2p.discovery.namespace.Advertiser} keeps announcements alive, and {@link
 * libp2p.discovery.namespace.TopicDiscovery} finds peers for topics that have too few. Bounds: {@link
 * NamespaceLimits}.
 */
package libp2p.discovery.namespace;
