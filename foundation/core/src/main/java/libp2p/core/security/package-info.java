/** The contract of secure channels; noise, tls, plaintext and pnet are in module {@code libp2p.security}. */
package libp2p.core.security;
