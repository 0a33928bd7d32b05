package libp2p.protocols.identify;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param timeout for one exchange
 * @param frame bytes of one message that is read
 * @param frames messages that are read and merged
 * @param fields fields of one message
 * @param frameSent bytes of a message that holds everything; rust-libp2p accepts 4096
 * @param protocols protocols that are kept of a peer
 * @param addresses addresses that are kept of a peer
 * @param version bytes of the agent and protocol versions
 * @param pushes peers that are pushed to at the same time
 * @param pushInterval from one round of pushes to the next at least; changes meanwhile are pushed together
 * @param pushRetry time after which a push that failed is made once more; a peer that takes pushes more slowly than
 *     they are made takes one again in this time
 * @param pushesAccepted pushes of one connection that are taken one after the other; one more every
 *     {@code pushRecovery}
 * @param pushRecovery see {@code pushesAccepted}
 * @param pushesPerSecond pushes that are taken of all peers together
 */
public record IdentifyLimits(
        Duration timeout,
        int frame,
        int frames,
        int fields,
        int frameSent,
        int protocols,
        int addresses,
        int version,
        int pushes,
        Duration pushInterval,
        Duration pushRetry,
        int pushesAccepted,
        Duration pushRecovery,
        int pushesPerSecond) {
    /** Those of pushes are go-libp2p's. */
    public static final IdentifyLimits DEFAULT = new IdentifyLimits(
            Duration.ofSeconds(5),
            8 * 1024,
            10,
            4096,
            4096,
            1024,
            500,
            1024,
            32,
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            10,
            Duration.ofSeconds(5),
            2000);
}
