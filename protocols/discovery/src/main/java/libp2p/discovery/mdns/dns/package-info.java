/**
 * Messages of DNS as multicast DNS uses them (RFC 1035, RFC 6762), read within the bounds of
 * {@link libp2p.discovery.mdns.dns.DnsLimits}.
 */
package libp2p.discovery.mdns.dns;
