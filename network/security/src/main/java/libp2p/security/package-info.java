/**
 * Secure channels of libp2p. Each turns a raw connection into a {@link libp2p.core.security.SecureConnection}: {@link
 * libp2p.security.noise.Noise}, {@link libp2p.security.tls.Tls} and, for tests and closed networks, {@link
 * libp2p.security.plaintext.Plaintext}. {@link libp2p.security.pnet.PskProtector} wraps the raw connection below them
 * in a private network. All blocking happens on the caller's threads; no class here starts one.
 */
package libp2p.security;
