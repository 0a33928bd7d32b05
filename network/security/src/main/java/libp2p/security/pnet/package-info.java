/**
 * Private networks by a pre-shared key (libp2p specification, pnet, version 1). A key file has at most 1,024 bytes; a
 * connection holds a pooled buffer only while it writes.
 */
package libp2p.security.pnet;
