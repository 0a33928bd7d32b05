/**
 * Keys of QUIC: packet and header protection, key updates, Initial secrets, the tag of Retry (RFC 9001), and what
 * servers make with keys of their own: address validation tokens and stateless reset tokens (RFC 9000, sections 8.1 and
 * 10.3).
 */
package libp2p.quic.protect;
