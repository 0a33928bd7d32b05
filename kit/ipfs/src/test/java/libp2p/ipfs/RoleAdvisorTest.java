package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.metrics.TrafficCounter;
import libp2p.ipfs.RoleAdvisor.Resources;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured, and what is advised. */
class RoleAdvisorTest {
    private static final long GIB = 1L << 30;

    @Test
    void adviceChangesWhenAResourceHasChangedByAQuarter() {
        RoleAdvisor advisor = new RoleAdvisor(Role.LEECHER);
        assertThat(advisor.advise(new Resources(2 * GIB, 10 * GIB, 10_000_000, 13)))
                .isEqualTo(Role.MASTER);
        assertThat(advisor.advise(new Resources(2 * GIB, 8 * GIB, 10_000_000, 13)))
                .as("a fifth less")
                .isEqualTo(Role.MASTER);
        assertThat(advisor.advise(new Resources(2 * GIB, 7 * GIB, 10_000_000, 13)))
                .isEqualTo(Role.WORKER);
        assertThat(advisor.advise(new Resources(GIB / 2, GIB, 1_000_000, 0))).isEqualTo(Role.LEECHER);
    }

    /** Up-time grows by a quarter again and again, and with each of these looks a budget is missed by little. */
    @Test
    void aRoleIsKeptUntilABudgetIsMissedByAQuarter() {
        RoleAdvisor advisor = new RoleAdvisor(Role.WORKER);
        double hours = 4;
        for (int i = 0; i < 20; i++, hours *= 1.3) {
            long memory = i % 2 == 0 ? GIB - 1 : GIB;
            assertThat(advisor.advise(new Resources(memory, 5 * GIB, 5_000_000, hours)))
                    .isEqualTo(Role.WORKER);
        }
        assertThat(advisor.advise(new Resources(3 * GIB / 4 - 1, 5 * GIB, 5_000_000, hours)))
                .isEqualTo(Role.LEECHER);
        assertThat(advisor.advise(new Resources(GIB - 1, 5 * GIB, 5_000_000, hours)))
                .as("back only when the whole budget is there")
                .isEqualTo(Role.LEECHER);
        assertThat(advisor.advise(new Resources(5 * GIB / 4, 5 * GIB, 5_000_000, hours)))
                .isEqualTo(Role.WORKER);
    }

    @Test
    void whatTheProcessUsesIsMeasured(@TempDir Path folder) throws Exception {
        AtomicLong now = new AtomicLong();
        Environment clock = new ForwardingEnvironment(SystemEnvironment.shared()) {
            @Override
            public long nanoTime() {
                return now.get();
            }
        };
        MemoryBlockStore blocks = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        blocks.put(Block.of(Multicodec.RAW, new byte[1000]));
        ResourceMeter meter = new ResourceMeter(clock, 0);
        TrafficCounter traffic = meter.traffic(null);
        traffic.read(1_000_000);
        traffic.written(500_000);
        now.set(Duration.ofSeconds(10).toNanos());
        assertThat(meter.used(blocks)).satisfies(used -> {
            assertThat(used.diskBytes()).isEqualTo(1000);
            assertThat(used.bitsPerSecond()).isEqualTo(1_200_000);
            assertThat(used.memoryBytes()).isPositive();
        });
        now.set(Duration.ofMinutes(90).toNanos());
        assertThat(meter.used(blocks).bitsPerSecond()).as("nothing since").isZero();
        Resources there = meter.available(blocks, folder);
        assertThat(there.uptimeHours()).isEqualTo(1.5);
        assertThat(there.diskBytes()).isGreaterThan(1000);
        assertThat(there.bitsPerSecond()).as("not bounded").isEqualTo(Long.MAX_VALUE);
        assertThat(new ResourceMeter(clock, 8_000).available(blocks, null).bitsPerSecond())
                .isEqualTo(8_000);
    }
}
