package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Two hosts on a bad network: loss, jitter, narrow links, partitions, resets, silence and wrong clocks. */
class NetworkTest {
    /** A connection that has nothing to say asks after so long whether the other side is alive, and waits this long. */
    private static final Duration NOTICED = Duration.ofSeconds(30 + 20 + 1);

    private static void echo(TestNode from, TestNode to, long seed, int size) throws Exception {
        try (Stream stream = from.open(to, Echo.PROTOCOL)) {
            Bytes.write(stream, seed, size);
            stream.closeWrite();
            Bytes.expect(stream, seed, size);
        }
    }

    @Test
    void everyByteArrivesOverALossyJitteryAndNarrowLink() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network()
                    .link(alice.environment(), bob.environment())
                    .latency(Duration.ofMillis(30))
                    .jitter(Duration.ofMillis(40))
                    .bandwidth(200_000)
                    .loss(0.05);
            Simulation.Action[] transfers = new Simulation.Action[6];
            for (int i = 0; i < transfers.length; i++) {
                int seed = i;
                transfers[i] = () -> echo(seed % 2 == 0 ? alice : bob, seed % 2 == 0 ? bob : alice, seed, 30_000);
            }
            world.together(transfers);
            alice.ping(bob);
        });
    }

    @Test
    void aConnectionThatDiedWithoutAWordIsNoticedAndReplaced() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            alice.ping(bob);
            Connection dead = alice.connections(bob).getFirst();
            world.network().silenceConnections(alice.environment(), bob.environment());
            for (TestNode node : List.of(alice, bob)) {
                TestNode other = node == alice ? bob : alice;
                world.simulation()
                        .await(
                                "the dead connection is gone",
                                NOTICED,
                                () -> node.connections(other).isEmpty());
            }
            assertThat(dead.isOpen()).isFalse();
            alice.ping(bob);
        });
    }

    @Test
    void aReaderOnAConnectionThatDiedIsTold() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            try (Stream stream = alice.open(bob, Echo.PROTOCOL)) {
                Bytes.write(stream, 1, 1_000);
                Bytes.expectNext(stream, 1, 1_000);
                world.network().silenceConnections(alice.environment(), bob.environment());
                assertThat(world.timed(() ->
                                assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class)))
                        .isLessThan(NOTICED);
            }
        });
    }

    @Test
    void aShortPartitionLosesNothing() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).bandwidth(1_000_000);
            alice.ping(bob);
            SimulatedTask transfer = world.spawn("transfer", () -> echo(alice, bob, 7, 300_000));
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 20)));
            world.network().partition(List.of(bob.environment()));
            world.sleep(Duration.ofSeconds(world.random().nextInt(1, 5)));
            world.network().healPartitions();
            transfer.join();
            assertThat(alice.tally().connectionsOpened())
                    .as("the one connection has lived on")
                    .isEqualTo(1);
        });
    }

    @Test
    void aLongPartitionEndsTheConnectionAndALaterDialWorks() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            TestNode carol = world.node("carol");
            alice.ping(bob);
            alice.ping(carol);
            world.network().partition(List.of(bob.environment()));
            world.sleep(Duration.ofMinutes(2));
            assertThat(alice.connections(bob)).isEmpty();
            assertThat(bob.connections(alice)).isEmpty();
            assertThatThrownBy(() -> alice.connect(bob)).isInstanceOf(IOException.class);
            alice.ping(carol);
            world.network().healPartitions();
            world.sleep(Duration.ofMinutes(10)); // what failed is left alone for a while
            alice.ping(bob);
        });
    }

    @Test
    void aResetInTheMiddleOfTransfersFailsThemAtOnceAndNothingElse() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            TestNode carol = world.node("carol");
            world.network()
                    .link(alice.environment(), bob.environment())
                    .latency(Duration.ofMillis(20))
                    .bandwidth(1_000_000);
            alice.ping(bob);
            SimulatedTask honest = world.spawn("carol", () -> echo(alice, carol, 3, 400_000));
            SimulatedTask[] cut = new SimulatedTask[4];
            for (int i = 0; i < cut.length; i++) {
                int seed = i;
                cut[i] = world.spawn(
                        "cut-" + i,
                        () -> assertThatThrownBy(() -> echo(alice, bob, seed, 2_000_000))
                                .isInstanceOf(IOException.class));
            }
            world.sleep(Duration.ofMillis(world.random().nextInt(100, 500)));
            world.network().resetConnections(alice.environment(), bob.environment());
            assertThat(world.timed(() -> {
                        for (SimulatedTask task : cut) {
                            task.join();
                        }
                    }))
                    .isLessThan(Duration.ofSeconds(2));
            honest.join();
            alice.ping(bob);
        });
    }

    @Test
    void aHostThatStoodStillForAWhileGoesOn() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).bandwidth(1_000_000);
            alice.ping(bob);
            SimulatedTask transfer = world.spawn("transfer", () -> echo(alice, bob, 9, 500_000));
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 10)));
            bob.environment().freeze(Duration.ofSeconds(8));
            transfer.join();
            assertThat(alice.tally().connectionsOpened()).isEqualTo(1);
        });
    }

    @Test
    void aWallClockThatJumpsDisturbsNoHost() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            Connection connection = alice.connect(bob);
            for (long days : new long[] {3_650, -7_300, 3_651, -1}) {
                TestNode jumping = world.random().nextBoolean() ? alice : bob;
                jumping.environment().jumpWallClock(Duration.ofDays(days));
                SimulatedTask transfer = world.spawn("transfer", () -> echo(alice, bob, days, 50_000));
                jumping.environment().jumpWallClock(Duration.ofHours(days));
                transfer.join();
                world.sleep(Duration.ofMinutes(2));
                assertThat(world.timed(() -> alice.ping(bob))).isLessThan(Duration.ofSeconds(1));
            }
            assertThat(connection.isOpen()).isTrue();
            TestNode late = world.node("late");
            late.ping(alice);
            late.ping(bob);
        });
    }

    @Test
    void anIdleConnectionIsKeptAliveThroughAnHour() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            Connection connection = alice.connect(bob);
            world.sleep(Duration.ofHours(1));
            assertThat(connection.isOpen()).isTrue();
            assertThat(bob.connections(alice)).hasSize(1);
            alice.ping(bob);
        });
    }
}
