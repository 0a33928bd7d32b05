package libp2p.nat.autonat.v1;

import java.time.Duration;

/**
 * Bounds of a server, those of go-libp2p.
 *
 * @param perMinute dials for all peers
 * @param perPeer dials for one peer in a minute
 * @param stream for one request
 * @param dial for dialing back
 */
public record AutoNatV1Limits(int perMinute, int perPeer, Duration stream, Duration dial) {
    /** 30 dials in a minute, 3 of them for one peer, 60 s for a request and 15 s for dialing back. */
    public static final AutoNatV1Limits DEFAULT =
            new AutoNatV1Limits(30, 3, Duration.ofSeconds(60), Duration.ofSeconds(15));
}
