/**
 * Hosts on the same local network, found by multicast DNS (libp2p specification, discovery/mdns): {@link
 * libp2p.discovery.mdns.Mdns}, with the bounds of {@link MdnsLimits}. The knowledge of the others is
 * a state machine without threads.
 */
package libp2p.discovery.mdns;
