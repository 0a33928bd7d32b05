package libp2p.interop.contract;

import java.time.Duration;
import java.util.Locale;

/**
 * The report of the dialer.
 *
 * @param handshakePlusOneRtt from before the dial to the first answer of ping
 * @param ping one more ping
 */
record Measurement(Duration handshakePlusOneRtt, Duration ping) {
    /** The text that the runner of the contract looks for. */
    String text(Orders.Dialect dialect) {
        return switch (dialect) {
            case UNIFIED_TESTING ->
                "latency:\n  handshake_plus_one_rtt: %s\n  ping_rtt: %s\n  unit: ms"
                        .formatted(millis(handshakePlusOneRtt), millis(ping));
            // The second name has three l: so it is spelt there.
            case TEST_PLANS ->
                "{\"handshakePlusOneRTTMillis\":%s,\"pingRTTMilllis\":%s}"
                        .formatted(millis(handshakePlusOneRtt), millis(ping));
        };
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e6);
    }
}
