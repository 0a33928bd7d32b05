package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** A protocol that was proposed without waiting for the answer, and how the answer arrives. */
class LazyProposalTest {
    private static final String GONE = "/gone/1.0.0";

    private record Pair(World world, TestNode alice, TestNode bob) {
        /** Two hosts that know each other's protocols. */
        static Pair in(World world) throws Exception {
            Pair pair = new Pair(world, world.node("alice"), world.node("bob"));
            pair.alice.connect(pair.bob);
            pair.alice.awaitIdentified();
            return pair;
        }

        void cut() {
            world.network().link(alice.environment(), bob.environment()).cut();
        }

        void heal() {
            world.network().link(alice.environment(), bob.environment()).heal();
        }

        /** Opens a stream with a protocol that the other does not speak any more. */
        Stream openGone() throws IOException {
            alice.host().peerstore().setProtocols(bob.id(), List.of(GONE));
            return alice.open(bob, GONE);
        }
    }

    private static Deadline in(TestNode node, Duration time) {
        return Deadline.after(node.environment(), time);
    }

    @Test
    void aStreamThatIsOnlyWrittenHearsOfItsRefusal() {
        World.underManySeeds(world -> {
            world.withoutBeliefs(); // alice is made to believe in a protocol that bob does not serve
            Stream stream = Pair.in(world).openGone();
            int[] ends = {0};
            if (world.random().nextBoolean()) {
                stream.onRemoteEnd(() -> ends[0]++);
                stream.write(new byte[] {1});
            } else {
                stream.write(new byte[] {1});
                stream.onRemoteEnd(() -> ends[0]++);
            }
            world.simulation().await("the refusal", Duration.ofSeconds(1), () -> ends[0] > 0);
            assertThatThrownBy(() -> stream.write(new byte[] {2})).isInstanceOf(NegotiationException.class);
            assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(NegotiationException.class);
            stream.reset(0);
            world.sleep(Duration.ofSeconds(1));
            assertThat(ends[0]).isEqualTo(1);
        });
    }

    @Test
    void anActionRunsWhenThereIsSomethingToReadBehindTheAnswer() {
        World.underManySeeds(world -> {
            world.withoutBeliefs(); // alice is made to believe in a protocol that bob does not serve
            Pair pair = Pair.in(world);
            Stream stream = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            List<String> got = new ArrayList<>();
            Runnable action = () -> {
                try {
                    byte[] bytes = new byte[10];
                    assertThat(stream.onReadable(() -> {})).isTrue();
                    int count = stream.read(bytes, 0, bytes.length);
                    got.add(count + ":" + bytes[0]);
                } catch (IOException e) {
                    got.add(e.toString());
                }
            };
            assertThat(stream.onReadable(action)).isFalse();
            assertThatThrownBy(() -> stream.onReadable(action)).isInstanceOf(IllegalStateException.class);
            world.sleep(Duration.ofSeconds(1));
            assertThat(got).as("an answer alone is nothing to read").isEmpty();
            stream.write(new byte[] {7});
            world.simulation().await("the echo", Duration.ofSeconds(1), () -> !got.isEmpty());
            assertThat(got).containsExactly("1:7");
            stream.close();
        });
    }

    @Test
    void anActionRunsWhenTheProtocolIsRefused() {
        World.underManySeeds(world -> {
            world.withoutBeliefs(); // alice is made to believe in a protocol that bob does not serve
            Stream stream = Pair.in(world).openGone();
            boolean[] ran = {false};
            assertThat(stream.onReadable(() -> ran[0] = true)).isFalse();
            world.simulation().await("the refusal", Duration.ofSeconds(1), () -> ran[0]);
            assertThat(stream.onReadable(() -> {})).isTrue();
            assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(NegotiationException.class);
            stream.reset(0);
        });
    }

    @Test
    void theConfirmationIsWaitedForUntilADeadlineAndTheStreamGoesOn() {
        World.underManySeeds(world -> {
            world.withoutBeliefs(); // alice is made to believe in a protocol that bob does not serve
            Pair pair = Pair.in(world);
            Stream stream = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            pair.cut();
            Duration waited =
                    world.timed(() -> assertThatThrownBy(() -> stream.confirm(in(pair.alice(), Duration.ofSeconds(2))))
                            .isInstanceOf(DeadlineExceededException.class));
            assertThat(waited).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_010));
            stream.readDeadline(in(pair.alice(), Duration.ofSeconds(1)));
            assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(DeadlineExceededException.class);
            pair.heal();
            stream.confirm(in(pair.alice(), Duration.ofSeconds(5)));
            assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(DeadlineExceededException.class);
            stream.readDeadline(Deadline.NONE);
            stream.write(new byte[] {5});
            assertThat(stream.input().read()).isEqualTo(5);
            stream.close();
        });
    }

    @Test
    void aPeerThatNeverAnswersHoldsNoCallerUpForEver() {
        World.underManySeeds(world -> {
            world.withoutBeliefs(); // alice is made to believe in a protocol that bob does not serve
            Pair pair = Pair.in(world);
            Stream stream = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            pair.cut();
            stream.write(new byte[] {1});
            Duration waited = world.timed(
                    () -> assertThatThrownBy(stream::closeWrite).isInstanceOf(DeadlineExceededException.class));
            assertThat(waited).isLessThanOrEqualTo(Duration.ofSeconds(11));
            pair.heal();
            stream.reset(0);
        });
    }
}
