package libp2p.scenarios.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.Node;
import libp2p.testkit.OverQuic;
import libp2p.testkit.World;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The floods over QUIC of {@link FloodTest}, small ones and in simulated time, against a host with the limits of a
 * small heap: a peer that is connected is served all the while, one that is new afterwards, and nothing is left of the
 * attackers.
 */
@ExtendWith(OverQuic.class)
class QuicFramesTest {
    private static final int PACKETS = 100;
    /** A ping of the honest peer in a flood, on a path of two milliseconds that loses nothing. */
    private static final Duration SERVED = Duration.ofSeconds(1);

    @ParameterizedTest
    @EnumSource(QuicFrames.class)
    void holdUpNobody(QuicFrames kind) {
        World.underSeeds(2, world -> {
            Node bob = world.nodeOnASmallHeap("bob", builder -> {});
            Node alice = world.node("alice");
            alice.ping(bob);
            SimulatedEnvironment machine = world.machine("attacker");
            long[] sent = {0};
            world.together(() -> attack(kind, machine, bob.socketAddress(), sent), () -> {
                for (int i = 0; i < 20; i++) {
                    assertThat(world.timed(() -> alice.ping(bob))).isLessThan(SERVED);
                    world.sleep(Duration.ofMillis(20));
                }
            });
            assertThat(sent[0]).isGreaterThanOrEqualTo(PACKETS);
            Node carol = world.node("carol");
            carol.ping(bob);
            alice.ping(bob);
            world.simulation()
                    .await(
                            "the attacker is forgotten",
                            Duration.ofMinutes(2),
                            () -> bob.host().connections().size() == 2);
        });
    }

    /** Comes again when it is cut off. */
    private static void attack(QuicFrames kind, SimulatedEnvironment machine, InetSocketAddress victim, long[] sent)
            throws IOException {
        InetSocketAddress local = new InetSocketAddress("10.1.0.1", 0);
        while (sent[0] < PACKETS) {
            try (RawQuic raw = RawQuic.connect(machine, local, victim)) {
                kind.flood(raw, machine, local, PACKETS - sent[0], () -> sent[0]++);
            } catch (IOException cutOff) {
                sent[0]++;
            }
        }
    }
}
