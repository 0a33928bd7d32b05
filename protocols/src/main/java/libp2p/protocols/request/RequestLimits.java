package libp2p.protocols.request;

import java.time.Duration;

/**
 * Bounds of an exchange; those of rust-libp2p by default.
 *
 * @param requestBytes of a request that is served
 * @param responseBytes of a response that is taken
 * @param timeout of the whole exchange, on either side
 */
public record RequestLimits(int requestBytes, int responseBytes, Duration timeout) {
    /** The defaults. */
    public static final RequestLimits DEFAULT = new RequestLimits(1 << 20, 10 << 20, Duration.ofSeconds(10));
}
