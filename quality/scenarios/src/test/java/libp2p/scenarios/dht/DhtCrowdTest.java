package libp2p.scenarios.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Networks of complete hosts that are servers of a DHT: everything that is there is found, and the same seed has the
 * same trace.
 */
class DhtCrowdTest {
    private static DhtCrowd.Plan plan(int hosts, int connections, int searches, String security) {
        return new DhtCrowd.Plan(
                hosts, 4, connections, Duration.ofMillis(100), Duration.ofMinutes(1), searches, security, true, 1);
    }

    @Test
    void aSmallNetworkFindsEverything() {
        DhtCrowd.Outcome outcome = DhtCrowd.run(plan(30, 48, 10, "noise"));
        assertThat(outcome.found()).isEqualTo(3 * 10);
        assertThat(outcome.exact()).isGreaterThan(0.95);
        assertThat(outcome.table()).isGreaterThan(25);
    }

    /** Of hosts that keep half as many connections as there are peers in their tables. */
    @Test
    @Tag("long")
    void twoHundredHostsFindAlmostEverythingWithTheSameTraceForTheSameSeed() {
        DhtCrowd.Outcome outcome = DhtCrowd.run(plan(200, 48, 50, "noise"));
        assertThat(outcome.found()).isGreaterThanOrEqualTo(3 * 50 * 98 / 100);
        assertThat(outcome.exact()).isGreaterThan(0.95);
        assertThat(outcome.table()).isGreaterThan(60);
        assertThat(outcome.mostConnections()).isLessThanOrEqualTo(48);
        assertThat(DhtCrowd.run(plan(200, 48, 50, "noise")).trace()).isEqualTo(outcome.trace());
    }

    @Test
    @Tag("long")
    @Tag("huge")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void aThousandHostsFindAlmostEverything() {
        DhtCrowd.Outcome outcome = DhtCrowd.run(
                new DhtCrowd.Plan(1000, 0, 48, Duration.ofMillis(20), Duration.ofMinutes(1), 100, "noise", false, 1));
        assertThat(outcome.found()).isGreaterThanOrEqualTo(3 * 100 * 98 / 100);
        assertThat(outcome.exact()).isGreaterThan(0.95);
        assertThat(outcome.mostConnections()).isLessThanOrEqualTo(48);
    }

    /**
     * In 8 GiB. Plaintext security stands in for Noise; all are there at once, connect to what their tables would have
     * saved, and refresh nothing.
     */
    @Test
    @Tag("long")
    @Tag("huge")
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void tenThousandHostsWithSixteenConnectionsEachFindAlmostEverything() {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(8L << 30);
        DhtCrowd.Outcome outcome = DhtCrowd.run(new DhtCrowd.Plan(
                10_000, 0, 16, Duration.ofMillis(10), Duration.ofMinutes(1), 100, "plaintext", false, 1));
        assertThat(outcome.found()).isGreaterThanOrEqualTo(3 * 100 * 95 / 100);
        assertThat(outcome.exact()).isGreaterThan(0.8);
        assertThat(outcome.mostConnections()).isLessThanOrEqualTo(16);
    }
}
