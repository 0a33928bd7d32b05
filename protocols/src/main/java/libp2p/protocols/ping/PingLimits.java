package libp2p.protocols.ping;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param answerTimeout how long a ping waits for its answer
 * @param idle how long the answering side waits for the next ping
 */
public record PingLimits(Duration answerTimeout, Duration idle) {
    /** The defaults. */
    public static final PingLimits DEFAULT = new PingLimits(Duration.ofSeconds(10), Duration.ofSeconds(60));
}
