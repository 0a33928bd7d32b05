package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** How hosts and connections end. */
class CloseTest {
    /** How long closed connections may take to say goodbye. */
    private static final Duration PARTING = Duration.ofMillis(1_500);

    @Test
    void aHostThatClosesAtAnyMomentOfADialIsGoneAtOnce() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(Duration.ofMillis(40));
            SimulatedTask there = world.spawn("there", () -> attempt(alice, bob));
            SimulatedTask back = world.spawn("back", () -> attempt(bob, alice));
            world.sleep(Duration.ofMillis(world.random().nextInt(0, 400)));
            TestNode closing = world.random().nextBoolean() ? alice : bob;
            assertThat(world.timed(() -> closing.close(world.simulation()))).isLessThan(PARTING);
            there.join();
            back.join();
            assertThatThrownBy(() -> closing.connect(closing == alice ? bob : alice))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the host is closed");
        });
    }

    private static void attempt(TestNode from, TestNode to) {
        try {
            from.connect(to);
            from.ping(to);
        } catch (IOException expected) {
            // the other side, or this one, is closed
        }
    }

    @Test
    void aHostClosesAtOnceWhileStrangersDelayTheirHandshakes() {
        World.underManySeeds(world -> {
            TestNode bob = world.node("bob");
            SimulatedEnvironment stranger = world.machine("stranger");
            List<TcpChannel> channels = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                TcpChannel channel = stranger.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
                channel.write(ByteBuffer.wrap(
                        "\u0013/multistream/1.0.0\n".substring(0, 4 * i).getBytes()));
                channels.add(channel);
            }
            world.sleep(Duration.ofSeconds(2));
            assertThat(world.network().openConnections(bob.environment())).isEqualTo(5);
            assertThat(world.timed(() -> bob.close(world.simulation()))).isLessThan(Duration.ofMillis(100));
            channels.forEach(TcpChannel::close);
        });
    }

    @Test
    void aHostWhosePeersAreSilentClosesInTime() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            alice.ping(bob);
            Stream stream = alice.open(bob, Echo.PROTOCOL);
            world.network().link(alice.environment(), bob.environment()).cut();
            Bytes.write(stream, 1, 50_000);
            assertThat(world.timed(() -> alice.close(world.simulation()))).isLessThan(PARTING);
            assertThat(world.network().openConnections(alice.environment())).isZero();
        });
    }

    @Test
    void bothEndsOfAConnectionLearnWhyItEnded() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            Connection atAlice = alice.connect(bob);
            alice.ping(bob);
            Connection atBob = bob.connections(alice).getFirst();
            atAlice.close(ErrorCode.CONNECTION_GARBAGE_COLLECTED, "enough of you");
            world.simulation().await("bob's end is closed", Duration.ofSeconds(2), () -> !atBob.isOpen());
            assertThat(atBob.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GARBAGE_COLLECTED);
            assertThat(atBob.closeReason().remote()).isTrue();
            assertThat(atAlice.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GARBAGE_COLLECTED);
            assertThat(atAlice.closeReason().remote()).isFalse();
        });
    }
}
