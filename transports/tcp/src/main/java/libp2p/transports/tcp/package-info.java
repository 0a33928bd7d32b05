/**
 * TCP over IPv4 and IPv6 ({@code /ip4/…/tcp/…}, {@code /ip6/…/tcp/…}). Dials leave from a listening port where they can,
 * so that a NAT keeps one mapping for both.
 */
package libp2p.transports.tcp;
