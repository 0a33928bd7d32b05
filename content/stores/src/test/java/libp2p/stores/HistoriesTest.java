package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The small form of {@link HistoryRuns}, without servers. */
class HistoriesTest {
    @Test
    void nothingThatIsPinnedIsLostOnAStrictObjectStore() throws Exception {
        run(1, 6);
    }

    @Test
    @Tag("long")
    void nothingThatIsPinnedIsLostInFortyHistories() throws Exception {
        run(1001, 40);
    }

    private static void run(long first, int number) throws Exception {
        HistoryCounts counts = new HistoryCounts();
        for (long seed = first; seed < first + number; seed++) {
            try (Cluster cluster = new FakeCluster(seed)) {
                History history = new History(cluster, seed, counts);
                history.run();
                history.finish();
            }
        }
        for (String what : new String[] {"add", "pin", "unpin", "put", "gc", "read of a pin", "blocks removed"}) {
            assertThat(counts.of(what)).as(what + " in " + counts).isPositive();
        }
        assertThat(counts.of("nodes killed")).isEqualTo(number);
        assertThat(counts.of("servers killed")).isEqualTo(number);
    }
}
