package libp2p.nat.dcutr;

import java.time.Duration;
import libp2p.core.concurrent.KeyedRates.Rate;

/**
 * Bounds of hole punching.
 *
 * @param tries how often two peers dial each other at most
 * @param reversal for dialing a peer that seems to be public, before any punch
 * @param attempt for one try, to which round trips are added: two halves in the same role never get further
 * @param lastAttempt the same for the last try, which delays none: for slow machines, and for paths that lose much
 * @param mostAttempt the longest try
 * @param exchange for what is said before a try
 * @param identify how long it may take until the peer has said that it punches holes
 * @param repeat pause between two SYNs of one try where routers refuse the first
 * @param repeatFor how long SYNs are repeated
 * @param reconsider pause after a try that did not begin, because one of both knew no address or did not want to
 * @param addresses of a peer that are dialed
 * @param peers that are punched at the same time
 * @param perPeer how often a peer may ask for a punch
 * @param idle how long a relayed connection must have been without streams until a direct one has replaced it
 * @param keep how long a relayed connection is watched for that
 */
public record HolePunchLimits(
        int tries,
        Duration reversal,
        Duration attempt,
        Duration lastAttempt,
        Duration mostAttempt,
        Duration exchange,
        Duration identify,
        Duration repeat,
        Duration repeatFor,
        Duration reconsider,
        int addresses,
        int peers,
        Rate perPeer,
        Duration idle,
        Duration keep) {
    /** The defaults of every bound. */
    public static final HolePunchLimits DEFAULT = new HolePunchLimits(
            3,
            Duration.ofSeconds(5),
            Duration.ofMillis(2000),
            Duration.ofSeconds(6),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMillis(150),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            10,
            64,
            new Rate(6, Duration.ofSeconds(10)),
            Duration.ofSeconds(2),
            Duration.ofMinutes(10));
}
