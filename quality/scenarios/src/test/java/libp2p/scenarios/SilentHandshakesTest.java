package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Strangers at a dozen addresses connect and say nothing, a few at a time from each and no faster than an address may,
 * so that they hold all places of those whose handshake is under way.
 */
class SilentHandshakesTest {
    private static final int SEEDS = 2;
    private static final int ADDRESSES = 14;
    private static final int EACH = 3;
    private static final int ROUNDS = 10;
    private static final Duration PAUSE = Duration.ofSeconds(4);
    /** The limits of a host on a machine of 1 GiB, with a heap of a quarter of it. */
    private static final ResourceLimits SMALL =
            ResourceLimits.scaled((1L << 30) / 8, 512).withinHeap(256L << 20);

    /** Connects anew whenever the host has cut it off. */
    private static void stay(World world, SimulatedEnvironment machine, TestNode bob, AtomicBoolean over)
            throws Exception {
        while (!over.get()) {
            try (TcpChannel channel = machine.network().connectTcp(null, bob.socketAddress(), Deadline.NONE)) {
                while (channel.read(ByteBuffer.allocate(100)) >= 0) {
                    // it says what it speaks, and waits
                }
            } catch (IOException cut) {
                // as below
            }
            world.sleep(Duration.ofMillis(200));
        }
    }

    @Test
    void newcomersAreHeardAmongThoseThatSayNothing() {
        World.underSeeds(SEEDS, world -> {
            TestNode bob = world.node("bob", SMALL, host -> {});
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < ADDRESSES; i++) {
                SimulatedEnvironment machine = world.simulation().host("stranger-" + i, "9." + i + ".0.1");
                for (int j = 0; j < EACH; j++) {
                    world.spawn("silent", () -> stay(world, machine, bob, over));
                }
            }
            int served = 0;
            for (int round = 0; round < ROUNDS; round++) {
                world.sleep(PAUSE);
                try {
                    world.node("newcomer-" + round).ping(bob);
                    served++;
                } catch (IOException refused) {
                    assertThat(refused).isNotNull();
                }
            }
            over.set(true);
            assertThat(served).as("newcomers that were served").isEqualTo(ROUNDS);
        });
    }
}
