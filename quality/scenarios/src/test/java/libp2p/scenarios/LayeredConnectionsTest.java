package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.security.pnet.PreSharedKey;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Event loops read WebSockets and private networks, and the threads that have little to say write to them: small and
 * large messages through sockets that take a part of a frame only, with silence between them that no other traffic
 * ends.
 */
class LayeredConnectionsTest {
    private static final int SEEDS = 60;
    private static final String ECHO = "/echo/1.0.0";
    private static final Duration PATIENCE = Duration.ofMillis(1_900);

    @Test
    void overAWebSocket() {
        talking("/ws", false);
    }

    @Test
    void inAPrivateNetwork() {
        talking("", true);
    }

    @Test
    void overAWebSocketInAPrivateNetwork() {
        talking("/ws", true);
    }

    private static void talking(String suffix, boolean isPrivate) {
        World.underSeeds(SEEDS, world -> {
            RandomGenerator random = world.random();
            if (random.nextBoolean()) {
                world.network().socketBuffer(600 + random.nextInt(3_000));
            }
            TestNode alice = node(world, "alice", "10.0.0.1", suffix, isPrivate);
            TestNode bob = node(world, "bob", "10.0.0.2", suffix, isPrivate);
            world.network()
                    .link(alice.environment(), bob.environment())
                    .latency(Duration.ofNanos(1_000L * (1 + random.nextInt(3_000))));
            Connection connection = alice.connect(bob);
            assertThat(connection.state().transport()).isEqualTo(suffix.isEmpty() ? "tcp" : "ws");
            world.together(() -> talk(world, alice, bob), () -> talk(world, alice, bob), () -> talk(world, bob, alice));
        });
    }

    private static TestNode node(World world, String name, String ip, String suffix, boolean isPrivate)
            throws IOException {
        return world.node(
                world.simulation().host(name, ip),
                builder -> {
                    if (isPrivate) {
                        builder.privateNetwork(PreSharedKey.of(new byte[32]));
                    }
                },
                "/ip4/" + ip + "/tcp/4001" + suffix);
    }

    private static void talk(World world, TestNode from, TestNode to) throws Exception {
        RandomGenerator random = world.random();
        try (Stream stream = from.open(to, ECHO)) {
            for (int round = 0; round < 4; round++) {
                exchange(stream, 1 + random.nextInt(random.nextInt(3) == 0 ? 30_000 : 200));
                world.sleep(Duration.ofMillis(random.nextInt(3_000)));
            }
        }
    }

    /** The answer comes before an idle writer thread looks around. */
    private static void exchange(Stream stream, int size) throws IOException {
        stream.readTimeout(PATIENCE);
        byte[] sent = new byte[size];
        for (int i = 0; i < size; i++) {
            sent[i] = (byte) (i * 31 + size);
        }
        stream.write(sent, 0, size);
        byte[] got = new byte[size];
        for (int done = 0; done < size; ) {
            int count = stream.read(got, done, size - done);
            assertThat(count).isPositive();
            done += count;
        }
        assertThat(got).isEqualTo(sent);
    }
}
