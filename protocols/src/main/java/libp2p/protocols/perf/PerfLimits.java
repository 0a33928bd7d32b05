package libp2p.protocols.perf;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param idle how long a stream may wait for bytes or for room
 */
public record PerfLimits(Duration idle) {
    /** The defaults. */
    public static final PerfLimits DEFAULT = new PerfLimits(Duration.ofMinutes(1));
}
