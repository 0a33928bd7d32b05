package libp2p.quic.connection;

import libp2p.quic.stream.StreamLimits;

/**
 * The settings of a connection; durations in nanoseconds.
 *
 * @param streams limits of streams and their memory
 * @param idle after which a silent connection is over
 * @param keepAlive how often an idle connection says something; 0 for never
 * @param handshake how long the handshake may take
 * @param firstWindow packets of the first congestion window
 * @param mtu the size of datagrams that is tried, at least 1,200
 * @param datagrams unreliable datagrams (RFC 9221) that wait at most; 0 if they are not taken
 * @param keyUpdateAfter packets after which keys are updated
 */
public record ConnectionConfig(
        StreamLimits streams,
        long idle,
        long keepAlive,
        long handshake,
        int firstWindow,
        int mtu,
        int datagrams,
        long keyUpdateAfter) {
    public static final ConnectionConfig DEFAULT = new ConnectionConfig(
            StreamLimits.DEFAULT, 30_000_000_000L, 15_000_000_000L, 10_000_000_000L, 32, 1452, 0, 1L << 22);

    public ConnectionConfig withStreams(StreamLimits value) {
        return new ConnectionConfig(value, idle, keepAlive, handshake, firstWindow, mtu, datagrams, keyUpdateAfter);
    }

    public ConnectionConfig withTimes(long idleNanos, long keepAliveNanos, long handshakeNanos) {
        return new ConnectionConfig(
                streams, idleNanos, keepAliveNanos, handshakeNanos, firstWindow, mtu, datagrams, keyUpdateAfter);
    }

    public ConnectionConfig withMtu(int value) {
        return new ConnectionConfig(streams, idle, keepAlive, handshake, firstWindow, value, datagrams, keyUpdateAfter);
    }

    public ConnectionConfig withDatagrams(int value) {
        return new ConnectionConfig(streams, idle, keepAlive, handshake, firstWindow, mtu, value, keyUpdateAfter);
    }

    public ConnectionConfig withKeyUpdateAfter(long value) {
        return new ConnectionConfig(streams, idle, keepAlive, handshake, firstWindow, mtu, datagrams, value);
    }
}
