/**
 * Yamux, {@code /yamux/1.0.0} (libp2p specification, yamux): streams with flow control over one connection.
 *
 * <p>Sent as go-libp2p sends it: SYN, ACK, FIN and RST travel in window updates of their own, the code of a reset in
 * the length of its frame, the code of a closing connection in that of GO_AWAY. A stream is acknowledged when it is
 * accepted, so that a peer which counts its unacknowledged streams never overruns the backlog. Windows start at 256 KiB
 * and double, as memory permits, while half of one is used up within four round trips. A ping measures the round trip
 * at the start and every 30 s, and keeps the connection alive.
 *
 * <p>Ends the connection with a protocol error: an unknown version, type or flag; a stream id 0 or of the wrong side; a
 * SYN for a stream that is open; more data than the window; more credit than 2³² − 1; a connection frame with a stream
 * id. Skips: frames of streams that are not known, because their last frames may have crossed our reset.
 */
package libp2p.muxers.yamux;
