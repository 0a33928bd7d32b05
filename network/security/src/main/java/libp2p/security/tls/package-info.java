/**
 * TLS for libp2p (libp2p specification, tls), over the engine of the JDK, and the certificates that QUIC needs too.
 * Certificates are read and written by hand, strictly; bounds are in {@link libp2p.security.SecurityLimits}.
 */
package libp2p.security.tls;
