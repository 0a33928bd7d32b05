package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories on real servers; run by the command {@code content/stores/histories}, and not with the other tests. */
class HistoryRuns {
    private static final int AT_ONCE = 10;

    @ParameterizedTest
    @ValueSource(strings = {"sql", "s3"})
    @Timeout(7200)
    void nothingThatIsPinnedIsLost(String kind) throws Exception {
        int count = Integer.getInteger("histories.count", 20);
        int left = count;
        long seed = Long.getLong("histories.seed", 1);
        int passed = 0;
        HistoryCounts counts = new HistoryCounts();
        try (Cluster cluster = new RealCluster(kind)) {
            while (left > 0) {
                List<History> some = new ArrayList<>();
                for (int i = Math.min(left, AT_ONCE); i > 0; i--) {
                    some.add(new History(cluster, seed++, counts));
                    left--;
                }
                for (History history : some) {
                    history.run();
                }
                for (History history : some) { // when most leases of killed nodes have ended
                    history.finish();
                    passed++;
                }
            }
        } finally {
            System.out.println(kind + ": " + counts);
            System.out.println(kind + ": " + passed + " histories passed, " + (count - passed) + " failed");
        }
        for (String what : List.of("add", "pin", "unpin", "put", "gc", "read of a pin", "blocks removed")) {
            assertThat(counts.of(what)).as(kind + ": " + what).isPositive();
        }
        assertThat(counts.of("nodes killed")).isEqualTo(passed);
        assertThat(counts.of("servers killed")).isEqualTo(passed);
    }
}
