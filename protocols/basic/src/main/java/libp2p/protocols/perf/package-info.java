/**
 * {@code /perf/1.0.0} (libp2p specification, perf): 8 bytes say how much to send back, then the dialer uploads until it
 * closes its side, then the listener sends that many bytes.
 */
package libp2p.protocols.perf;
