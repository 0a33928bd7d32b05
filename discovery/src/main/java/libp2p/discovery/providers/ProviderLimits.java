package libp2p.discovery.providers;

import java.time.Duration;

/**
 * The bounds and weights of the memory about providers.
 *
 * @param peers that are remembered; with one more, the one heard of longest ago is forgotten
 * @param contents whose providers are remembered
 * @param providersPerContent that are remembered of one content
 * @param latencies of one peer that count: the last ones
 * @param backOff after one failure; doubled with each further one in a row
 * @param longestBackOff at most
 */
public record ProviderLimits(
        int peers, int contents, int providersPerContent, int latencies, Duration backOff, Duration longestBackOff) {
    /** The defaults of every bound. */
    public static final ProviderLimits DEFAULT =
            new ProviderLimits(10_000, 10_000, 64, 50, Duration.ofSeconds(1), Duration.ofSeconds(300));
}
