package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.table.RefreshProfile;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** How often hosts look for peers for the buckets of their routing tables, by what they send in three hours. */
class DhtRefreshProfileTest {
    private static final RefreshProfile HOURLY =
            new RefreshProfile(List.of(new RefreshProfile.Step(0, Duration.ofHours(1))));
    private static final RefreshProfile FIRST_BUCKETS_OFTEN = new RefreshProfile(List.of(
            new RefreshProfile.Step(0, Duration.ofMinutes(5)), new RefreshProfile.Step(1, Duration.ofHours(3))));
    private static final RefreshProfile ALL_OFTEN =
            new RefreshProfile(List.of(new RefreshProfile.Step(0, Duration.ofMinutes(5))));

    private static TestNode node(World world, String name, RefreshProfile profile) throws IOException {
        return world.node(
                name,
                builder -> builder.with(
                        Kad.server().withPrefix("/test").withoutLocal().withRefreshProfile(profile)));
    }

    private static long requests(TestNode node) {
        return node.host().find(Dht.class).orElseThrow().status().getFirst().requests();
    }

    @Test
    void eachBucketIsRefreshedAtItsOwnPace() {
        World.underSeeds(1, world -> {
            TestNode hourly = node(world, "hourly", HOURLY);
            TestNode even = node(world, "even", RefreshProfile.EVEN);
            TestNode mixed = node(world, "mixed", FIRST_BUCKETS_OFTEN);
            TestNode often = node(world, "often", ALL_OFTEN);
            for (int i = 0; i < 4; i++) {
                node(world, "node-" + i, HOURLY).connect(hourly);
            }
            for (TestNode node : List.of(even, mixed, often)) {
                node.connect(hourly);
            }
            world.sleep(Duration.ofHours(3));
            assertThat(requests(even)).isGreaterThan(2 * requests(hourly));
            assertThat(requests(often)).isGreaterThan(3 * requests(even) / 2);
            assertThat(requests(mixed)).isLessThan(requests(often));
        });
    }
}
