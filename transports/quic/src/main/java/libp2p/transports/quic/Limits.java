package libp2p.transports.quic;

import java.time.Duration;

/**
 * Bounds of the QUIC transport. The windows are those at the start of a connection; they grow where a peer sends fast and is
 * read fast, and what they may have become is charged to the connection.
 *
 * @param idleTimeout after which a silent connection is given up
 * @param keepAlive how often an idle connection says something
 * @param acceptTimeout for the handshake of an incoming connection
 * @param streamWindow bytes that a peer may send on a stream before they are read, at first
 * @param connectionWindow the same over all streams of a connection
 * @param streams streams that a peer may have open on a connection
 * @param receiveQueue bytes of a stream taken from the engine ahead of the reader
 * @param sendQueue bytes of a stream handed to the engine ahead of the network
 * @param handshakes incoming handshakes of a port at once; further ones are dropped
 * @param unvalidated incoming handshakes of a port at once without a proof that the address is the sender's; further ones
 *     are asked for it (Retry)
 * @param burst datagrams taken off the socket of a port at a time
 * @param newcomers datagrams of each burst that may begin a connection and are dealt with, after those of connections that
 *     are there; the rest of them are dropped unread, so that a port that is flooded empties its socket faster than it fills
 * @param admissions incoming connections of a port about which the gater is being asked
 * @param connectionMemory bytes charged for each connection beside its window and its queues
 * @param linger how long closing a connection waits while nothing of what was written gets away
 */
public record Limits(
        Duration idleTimeout,
        Duration keepAlive,
        Duration acceptTimeout,
        int streamWindow,
        int connectionWindow,
        int streams,
        int receiveQueue,
        int sendQueue,
        int handshakes,
        int unvalidated,
        int burst,
        int newcomers,
        int admissions,
        int connectionMemory,
        Duration linger) {
    public static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            256 << 10,
            384 << 10,
            1000,
            256 << 10,
            256 << 10,
            256,
            48,
            256,
            32,
            64,
            128 << 10,
            Duration.ofMillis(800));
}
