/** What a secure channel must be able to do; noise, tls, plaintext and pnet are in module {@code libp2p.security}. */
package libp2p.core.security;
