package libp2p.discovery.namespace;

import java.time.Duration;

/**
 * Effort with which a host looks for others by name.
 *
 * @param results of one search, over all its sources; 1 to 100,000
 * @param waiting results of one search that wait to be taken, until which its sources go on; 1 to {@code results}
 * @param namespaces that one host announces at a time; 1 to 100,000
 * @param namespaceBytes of a namespace in UTF-8; 1 to 4,096
 * @param advertiseTimeout for one announcement; positive
 * @param retry after an announcement that failed, twice as long with each failure in a row; positive
 * @param longestRetry at most, and the longest time between two announcements; at least {@code retry}
 */
public record NamespaceLimits(
        int results,
        int waiting,
        int namespaces,
        int namespaceBytes,
        Duration advertiseTimeout,
        Duration retry,
        Duration longestRetry) {
    /** The defaults of every bound. */
    public static final NamespaceLimits DEFAULT = new NamespaceLimits(
            1_000, 64, 1_000, 255, Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofHours(3));

    public NamespaceLimits {
        check("results", results, 100_000);
        check("waiting", waiting, results);
        check("namespaces", namespaces, 100_000);
        check("namespaceBytes", namespaceBytes, 4_096);
        if (!advertiseTimeout.isPositive() || !retry.isPositive() || longestRetry.compareTo(retry) < 0) {
            throw new IllegalArgumentException(
                    "announcements of at most " + advertiseTimeout + ", again after " + retry + " to " + longestRetry);
        }
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 1 to " + most);
        }
    }
}
