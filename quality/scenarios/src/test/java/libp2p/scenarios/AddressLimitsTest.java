package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.AllowList;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Connections of one address are counted when they are accepted: what is too much is closed before any handshake. */
class AddressLimitsTest {
    private static final int SEEDS = 5;
    private static final int ALLOWED = 8;

    @Test
    void theNinthConnectionOfAnAddressIsClosedBeforeAnyHandshake() {
        World.underSeeds(SEEDS, world -> {
            TestNode bob = world.node("bob");
            TestNode alice = world.node("alice");
            List<TcpChannel> open = connect(world.machine("stranger"), bob, ALLOWED + 3);
            for (TcpChannel refused : open.subList(ALLOWED, open.size())) {
                assertThat(world.timed(() -> awaitEnd(refused))).isLessThan(Duration.ofSeconds(2));
            }
            assertThat(world.network().openConnections(bob.environment())).isEqualTo(ALLOWED);
            assertThat(((CountingResourceManager) bob.host().resourceManager()).refusals())
                    .hasToString("{network.connections=3}");
            assertThat(alice.ping(bob)).isPositive();
            open.forEach(TcpChannel::close);
        });
    }

    @Test
    void addressesOnTheAllowListAreNotCounted() {
        World.underSeeds(SEEDS, world -> {
            TestNode bob = world.node(
                    "bob",
                    builder -> builder.resources(new CountingResourceManager(
                            world.machine("clock"),
                            ResourceLimits.scaled(1L << 30, 4096)
                                    .withAllowed(new AllowList.Entry(Subnet.parse("10.1.0.0/16"), null)))));
            List<TcpChannel> open = connect(world.machine("stranger"), bob, 3 * ALLOWED);
            world.sleep(Duration.ofSeconds(5));
            assertThat(world.network().openConnections(bob.environment())).isEqualTo(3 * ALLOWED);
            open.forEach(TcpChannel::close);
        });
    }

    private static List<TcpChannel> connect(SimulatedEnvironment machine, TestNode target, int count)
            throws IOException {
        List<TcpChannel> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(machine.network().connectTcp(null, target.socketAddress(), Deadline.NONE));
        }
        return open;
    }

    private static void awaitEnd(TcpChannel channel) {
        try {
            assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
        } catch (IOException reset) {
            assertThat(reset).isNotNull(); // the system may say it so too
        }
    }
}
