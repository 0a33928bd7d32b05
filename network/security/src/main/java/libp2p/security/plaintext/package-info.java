/** The channel without security (libp2p specification, plaintext 2.0.0), for tests and simulations. */
package libp2p.security.plaintext;
