package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Crowds behind routers of nine kinds for an hour: hosts that can connect directly do, all others stay on a relay
 * and works, and after an hour no host announces a public address at which strangers do not reach it. {@code
 * -Dcrowd.hosts} sets the size of the large one, {@code -Dcrowd.seeds} how many seeds the small one runs under. A run
 * that makes no progress is ended by the simulation's own watchdog, which looks at turns.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RoutedCrowdTest {
    private static final RoutedCrowd.Plan SMALL = new RoutedCrowd.Plan(12, 6, 28, 2);

    private static void holds(World world, RoutedCrowd.Plan plan, double directPart) throws Exception {
        RoutedCrowd crowd = new RoutedCrowd(world, plan);
        try {
            crowd.run();
            judge(crowd, directPart);
        } finally {
            crowd.close();
        }
    }

    private static void judge(RoutedCrowd crowd, double directPart) throws Exception {
        assertThat(crowd.unreachable())
                .as("announced in vain, %s", crowd.report())
                .isEmpty();
        assertThat(crowd.silent()).as("without an address").isEmpty();
        assertThat(crowd.lost()).as("lost: %s", crowd.report()).isZero();
        assertThat(crowd.impossible()).as("%s", crowd.report()).isZero();
        assertThat(crowd.directPart()).as("%s", crowd.report()).isGreaterThanOrEqualTo(directPart);
        System.getLogger("crowd").log(System.Logger.Level.INFO, crowd.report());
    }

    @Test
    void fortyHosts() {
        World.underSeeds(1, world -> holds(world, SMALL, 0.98));
    }

    @Test
    @Tag("long")
    void fortyHostsUnderManySeeds() {
        World.underSeeds(Integer.getInteger("crowd.seeds", 25), world -> holds(world, SMALL, 0.98));
    }

    @Test
    @Tag("long")
    void aThousandHostsOfWhichSevenHundredAreBehindRouters() {
        int hosts = Integer.getInteger("crowd.hosts", 1000);
        RoutedCrowd.Plan plan = new RoutedCrowd.Plan(3 * hosts / 10, hosts / 25, 7 * hosts / 10, 3);
        World.underSeeds(1, world -> holds(world, plan, 0.98));
    }
}
