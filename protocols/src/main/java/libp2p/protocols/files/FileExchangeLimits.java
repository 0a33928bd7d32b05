package libp2p.protocols.files;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param fileBytes of a file that is taken
 * @param idle how long a read or a write may wait
 */
public record FileExchangeLimits(long fileBytes, Duration idle) {
    /** The defaults. */
    public static final FileExchangeLimits DEFAULT = new FileExchangeLimits(1L << 40, Duration.ofMinutes(1));
}
