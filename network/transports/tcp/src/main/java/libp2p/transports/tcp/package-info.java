/**
 * TCP over IPv4 and IPv6 ({@code /ip4/…/tcp/…}, {@code /ip6/…/tcp/…}). Dials leave from a listening port where they
 * can, so that a NAT keeps one mapping for both. A listening port may be shared with transports on top of TCP ({@link
 * libp2p.transports.tcp.SharedTcpPorts}).
 */
package libp2p.transports.tcp;
