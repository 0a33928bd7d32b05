/**
 * One UDP port's view of QUIC: which connection a datagram belongs to, who may begin one, and the answers that need no
 * connection: Version Negotiation, Retry, stateless reset (RFC 9000, sections 5.2, 6, 8.1 and 10.3). No socket, clock
 * or thread.
 */
package libp2p.quic.endpoint;
