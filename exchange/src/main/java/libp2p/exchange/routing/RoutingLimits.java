package libp2p.exchange.routing;

import java.time.Duration;

/**
 * Every bound of this package.
 *
 * @param jsonRecords that a JSON answer of the server holds
 * @param streamedRecords that a streamed answer of the server holds
 * @param answerBytes of an answer that the client reads
 * @param lineBytes of one streamed record
 * @param addresses of one record that are read
 * @param deadline of a search
 */
public record RoutingLimits(
        int jsonRecords, int streamedRecords, int answerBytes, int lineBytes, int addresses, Duration deadline) {
    /** 20 and 1000 records, answers of 1 MiB, records of 64 KiB with 64 addresses, 30 s. */
    public static final RoutingLimits DEFAULT =
            new RoutingLimits(20, 1000, 1 << 20, 64 << 10, 64, Duration.ofSeconds(30));
}
