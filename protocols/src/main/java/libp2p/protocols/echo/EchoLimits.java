package libp2p.protocols.echo;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param buffer bytes held per stream
 * @param idle how long a stream may wait for bytes or for room
 */
public record EchoLimits(int buffer, Duration idle) {
    /** The defaults. */
    public static final EchoLimits DEFAULT = new EchoLimits(16 * 1024, Duration.ofMinutes(1));
}
