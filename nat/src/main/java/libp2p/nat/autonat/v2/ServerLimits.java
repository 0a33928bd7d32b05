package libp2p.nat.autonat.v2;

import java.time.Duration;

/**
 * Bounds of a server, most of them those of go-libp2p.
 *
 * @param perMinute requests of all peers
 * @param perPeer requests of one peer in a minute
 * @param withData requests in a minute that go to another IP address than the client's
 * @param atOnce requests of one peer at the same time
 * @param allAtOnce requests of all peers at the same time
 * @param stream for what the client has to say, data included
 * @param dial for dialing back
 * @param dialBack for delivering the nonce
 * @param leastData bytes that a client pays for a dial to another IP address than its own
 * @param mostData see there
 * @param pause the longest wait before such a dial, at random, so that nobody can have many hosts dial at one moment
 */
public record ServerLimits(
        int perMinute,
        int perPeer,
        int withData,
        int atOnce,
        int allAtOnce,
        Duration stream,
        Duration dial,
        Duration dialBack,
        int leastData,
        int mostData,
        Duration pause) {
    /** The defaults of every bound. */
    public static final ServerLimits DEFAULT = new ServerLimits(
            60,
            12,
            12,
            2,
            32,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            30_000,
            100_000,
            Duration.ofSeconds(3));
}
