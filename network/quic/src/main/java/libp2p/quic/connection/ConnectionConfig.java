package libp2p.quic.connection;

import libp2p.quic.stream.QuicStreamLimits;

/**
 * The settings of a connection; durations in nanoseconds.
 *
 * @param streams limits of streams and their memory
 * @param idle after which a silent connection is over
 * @param keepAlive how often an idle connection says something; 0 for never
 * @param handshake how long the handshake may take
 * @param unproved how long it may take before the remote's address is proved: by a token, or by a Handshake packet,
 *     which only a client that has heard the server can make (RFC 9000, section 8.1); never longer than {@code
 *     handshake}
 * @param firstWindow packets of the first congestion window
 * @param mtu the size of datagrams that is tried, at least 1,200
 * @param datagrams unreliable datagrams (RFC 9221) that wait at most; 0 if they are not taken
 * @param keyUpdateAfter packets after which keys are updated
 */
public record ConnectionConfig(
        QuicStreamLimits streams,
        long idle,
        long keepAlive,
        long handshake,
        long unproved,
        int firstWindow,
        int mtu,
        int datagrams,
        long keyUpdateAfter) {
    /**
     * 30 s until a silent connection is over, keep-alive every 15 s, 10 s for the handshake, datagrams of 1,452 bytes,
     * no unreliable ones.
     */
    public static final ConnectionConfig DEFAULT = new ConnectionConfig(
            QuicStreamLimits.DEFAULT,
            30_000_000_000L,
            15_000_000_000L,
            10_000_000_000L,
            10_000_000_000L,
            32,
            1452,
            0,
            1L << 22);

    /** The same with other limits of streams. */
    public ConnectionConfig withStreams(QuicStreamLimits value) {
        return new ConnectionConfig(
                value, idle, keepAlive, handshake, unproved, firstWindow, mtu, datagrams, keyUpdateAfter);
    }

    /** The same with other durations, in nanoseconds; a keep-alive of 0 is none. */
    public ConnectionConfig withTimes(long idleNanos, long keepAliveNanos, long handshakeNanos) {
        return new ConnectionConfig(
                streams,
                idleNanos,
                keepAliveNanos,
                handshakeNanos,
                unproved,
                firstWindow,
                mtu,
                datagrams,
                keyUpdateAfter);
    }

    /** The same with another bound on the handshake of a client whose address is not proved, in nanoseconds. */
    public ConnectionConfig withUnproved(long nanos) {
        return new ConnectionConfig(
                streams, idle, keepAlive, handshake, nanos, firstWindow, mtu, datagrams, keyUpdateAfter);
    }

    /** The same with another size of datagrams, 1,200 bytes at least. */
    public ConnectionConfig withMtu(int value) {
        return new ConnectionConfig(
                streams, idle, keepAlive, handshake, unproved, firstWindow, value, datagrams, keyUpdateAfter);
    }

    /** The same with another number of unreliable datagrams that wait at most; 0 refuses them. */
    public ConnectionConfig withDatagrams(int value) {
        return new ConnectionConfig(
                streams, idle, keepAlive, handshake, unproved, firstWindow, mtu, value, keyUpdateAfter);
    }

    /** The same with another number of packets between two updates of the keys (RFC 9001, section 6). */
    public ConnectionConfig withKeyUpdateAfter(long value) {
        return new ConnectionConfig(streams, idle, keepAlive, handshake, unproved, firstWindow, mtu, datagrams, value);
    }
}
