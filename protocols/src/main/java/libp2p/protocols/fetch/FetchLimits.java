package libp2p.protocols.fetch;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param keyBytes of a key that is looked up
 * @param valueBytes of a value that is taken
 * @param timeout of one question with its answer
 */
public record FetchLimits(int keyBytes, int valueBytes, Duration timeout) {
    /** The defaults. */
    public static final FetchLimits DEFAULT = new FetchLimits(2048, 10 << 20, Duration.ofSeconds(10));
}
