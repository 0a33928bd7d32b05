/**
 * TLS 1.3 (RFC 8446) as far as libp2p uses it, and no further: X25519, AES-128-GCM or ChaCha20-Poly1305, certificates
 * of both sides, application protocols, key updates; no pre-shared keys, resumption, early data, server names or older
 * versions. {@link libp2p.security.tls13.Handshake} is a state machine without I/O, which QUIC uses as well (RFC 9001);
 * {@link libp2p.security.tls13.HandshakeRecords} and {@link libp2p.security.tls13.SecureRecords} carry it over TCP.
 * Nothing in here knows libp2p.
 *
 * <p>Limits: a handshake of as many bytes as the caller says, 64 extensions in a message, 2 certificates in a chain, 64
 * KiB in a message after the handshake, 32 records without data in a row.
 *
 * <p>The package has more than 25 classes because the messages, the key schedule and the state machine of one protocol
 * share what no code outside may see.
 */
package libp2p.security.tls13;
