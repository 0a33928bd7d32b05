/**
 * Streams of one connection as states (RFC 9000, sections 2 to 4): buffers, flow control in both directions and on both
 * levels, the number of streams, final sizes, resets with a reliable size. One thread at a time, the lock of the
 * connection.
 */
package libp2p.quic.stream;
