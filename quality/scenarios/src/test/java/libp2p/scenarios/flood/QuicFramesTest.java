package libp2p.scenarios.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import libp2p.core.identity.PeerId;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
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
            TestNode bob = world.nodeOnASmallHeap("bob", builder -> {});
            TestNode alice = world.node("alice");
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
            TestNode carol = world.node("carol");
            carol.ping(bob);
            alice.ping(bob);
            world.simulation()
                    .await(
                            "the attacker is forgotten",
                            Duration.ofMinutes(2),
                            () -> bob.host().connections().size() == 2);
        });
    }

    /** They send for a minute and a half, and are the first; {@link SilentPeersTest} has the size of a real attack. */
    @Test
    void strangersThatAcknowledgeNothingAreCutOffAndIdlePeersStay() {
        World.underSeeds(2, world -> {
            TestNode bob = world.nodeOnASmallHeap("bob", builder -> {});
            SimulatedEnvironment machine = world.machine("attacker");
            try (RawQuic first = stranger(machine, bob);
                    RawQuic second = stranger(machine, bob)) {
                List<TestNode> honest = List.of(world.node("alice"), world.node("carol"), world.node("dave"));
                for (TestNode each : honest) {
                    each.ping(bob);
                }
                int sent = 0;
                for (int i = 0; i < 3_600; i++) {
                    sent += speaks(first, i) ? 1 : 0;
                    sent += speaks(second, i) ? 1 : 0;
                    world.sleep(Duration.ofMillis(25));
                    if (i == 1_100) {
                        costMoreThan(honest, bob);
                    }
                }
                assertThat(sent).as("packets before both were cut off").isBetween(2_300, 3_200);
                assertThat(bob.host().connections()).hasSize(3);
                for (TestNode each : honest) {
                    assertThat(each.host().connections()).hasSize(1);
                }
            }
        });
    }

    /** When memory is short, the connections that hold most of it are closed first. */
    private static void costMoreThan(List<TestNode> honest, TestNode victim) {
        Set<PeerId> peers = honest.stream().map(node -> node.host().peerId()).collect(Collectors.toSet());
        Map<Boolean, List<Long>> memory = victim.host().connections().stream()
                .collect(Collectors.partitioningBy(
                        connection -> peers.contains(connection.remotePeer()),
                        Collectors.mapping(
                                connection -> connection.scope().usage().memory(), Collectors.toList())));
        assertThat(memory.get(false)).hasSize(2);
        assertThat(Collections.min(memory.get(false))).isGreaterThan(Collections.max(memory.get(true)));
    }

    private static RawQuic stranger(SimulatedEnvironment machine, TestNode victim) throws IOException {
        return RawQuic.connect(machine, new InetSocketAddress("10.1.0.1", 0), victim.socketAddress());
    }

    /** Whether it could send. */
    private static boolean speaks(RawQuic stranger, long number) {
        try {
            QuicFrames.SILENCE.send(stranger, number);
            return true;
        } catch (IOException cutOff) {
            return false;
        }
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
