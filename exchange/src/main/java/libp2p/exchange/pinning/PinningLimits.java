package libp2p.exchange.pinning;

import java.time.Duration;

/**
 * Bounds of pinning for others.
 *
 * @param requests that are kept at a time
 * @param atOnce roots that are fetched at a time; the others wait
 * @param bodyBytes of a request
 * @param answerBytes of an answer that a client reads
 * @param origins of a request that are kept
 * @param meta entries of a request
 * @param retry after which requests that could not be noted on the disk are begun again
 */
public record PinningLimits(
        int requests, int atOnce, int bodyBytes, int answerBytes, int origins, int meta, Duration retry) {
    /** 10,000 requests, 4 at once, 64 KiB, answers of 4 MiB, 20 origins, 64 entries, 10 seconds. */
    public static final PinningLimits DEFAULT =
            new PinningLimits(10_000, 4, 64 << 10, 4 << 20, 20, 64, Duration.ofSeconds(10));

    /** With another pause after a failure of the disk. */
    public PinningLimits withRetry(Duration value) {
        return new PinningLimits(requests, atOnce, bodyBytes, answerBytes, origins, meta, value);
    }

    /** With another number of requests. */
    public PinningLimits withRequests(int value) {
        return new PinningLimits(value, atOnce, bodyBytes, answerBytes, origins, meta, retry);
    }
}
