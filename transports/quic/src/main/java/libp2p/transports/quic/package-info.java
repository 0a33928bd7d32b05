/**
 * QUIC version 1 (RFC 9000) as libp2p uses it (specification, quic): mutual TLS with the libp2p certificate, ALPN
 * {@code libp2p}, every bidirectional stream of QUIC a stream of libp2p. Addresses are {@code /ip4/…/udp/…/quic-v1}.
 *
 * <p>Dials leave from a listening port where one exists. The engine is behind {@code libp2p.transports.quic.engine}; nothing of it
 * is loaded before an address is listened on or dialed.
 */
package libp2p.transports.quic;
