package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.quic.QuicLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A peer that asks for much and takes it byte by byte, each just in time: what was written for it gets away, however
 * slowly, while its connection is closed.
 */
@ExtendWith(OverQuic.class)
class ClingingPeersTest {
    private static final int SEEDS = 2;
    private static final String MUCH = "/much/1";
    private static final int BYTES = 200_000;
    /** Less than {@link QuicLimits.Timeouts#linger}. */
    private static final Duration PAUSE = Duration.ofMillis(600);
    /** How long a connection that was closed may hold its place. */
    private static final Duration PARTING = Duration.ofMinutes(1);

    private static QuicLimits grudging(QuicLimits limits) {
        return new QuicLimits(
                limits.timeouts(), limits.inboundStreams(), 16, 16, limits.sendQueue(), limits.memory(), limits.port());
    }

    private static void sip(World world, Stream stream) throws InterruptedException {
        ByteBuffer few = ByteBuffer.allocate(8);
        try {
            while (stream.read(few.clear()) >= 0) {
                world.sleep(PAUSE);
            }
        } catch (IOException ended) {
            assertThat(ended).isNotNull();
        }
    }

    @Test
    void aConnectionThatIsClosedLeavesItsPlaceThoughItsPeerTakesEveryByteJustInTime() {
        World.underSeeds(SEEDS, world -> {
            TestNode bob = world.node("bob");
            bob.host().handle(MUCH, stream -> stream.write(ByteBuffer.allocate(BYTES)));
            TestNode stranger = world.node(
                    "stranger",
                    builder -> builder.limits(limits -> limits.with(QuicLimits.class, ClingingPeersTest::grudging)));
            Stream stream = stranger.open(bob, MUCH);
            SimulatedTask sipping = world.spawn("sipping", () -> sip(world, stream));
            world.sleep(Duration.ofSeconds(5));
            Connection there = bob.connections(stranger).getFirst();
            there.close(ErrorCode.CONNECTION_GARBAGE_COLLECTED, "too many connections");
            Duration held = world.timed(() -> {
                Duration until = world.simulation().elapsed().plus(Duration.ofHours(1));
                while (bob.host().resourceManager().system().usage().connectionsInbound() > 0
                        && world.simulation().elapsed().compareTo(until) < 0) {
                    world.sleep(Duration.ofSeconds(1));
                }
            });
            System.out.println("HELD " + held);
            assertThat(held).as("time that the place is held").isLessThan(PARTING);
            sipping.join();
        });
    }
}
