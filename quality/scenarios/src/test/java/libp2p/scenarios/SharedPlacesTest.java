package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Eight strangers at one address keep as many streams as a host lets them, each in use as its protocol asks for, and none
 * more than is allowed to a peer. Together they may take what the protocol has, and over TCP all memory of the host.
 */
class SharedPlacesTest {
    private static final int SEEDS = 2;
    private static final int STRANGERS = 8;
    private static final int ROUNDS = 4;
    private static final int STREAMS = 1000;
    /** The limits of a host on a machine of 1 GiB, with a heap of a quarter of it. */
    private static final ResourceLimits SMALL =
            ResourceLimits.scaled((1L << 30) / 8, 512).withinHeap(256L << 20);

    private static void ping(Stream stream) throws IOException {
        stream.write(ByteBuffer.allocate(32));
        ByteBuffer answer = ByteBuffer.allocate(32);
        while (answer.hasRemaining()) {
            if (stream.read(answer) < 0) {
                throw new IOException("the stream has ended");
            }
        }
    }

    private static void take(TestNode stranger, TestNode bob, List<Stream> taken) {
        try {
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = stranger.open(bob, Ping.PROTOCOL);
                ping(stream);
                taken.add(stream);
            }
        } catch (IOException full) {
            assertThat(full.getMessage()).isNotEmpty();
        }
    }

    /** A stream of ping is ended after a minute without one. */
    private static boolean keep(Stream stream) {
        try {
            ping(stream);
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void peersOfOneAddressLeaveStreamsAndMemoryToTheNext() {
        World.underSeeds(SEEDS, world -> {
            TestNode bob = world.node("bob", SMALL, host -> {});
            TestNode alice = world.node("alice");
            Connection before = alice.connect(bob);
            alice.ping(bob);
            SimulatedEnvironment machine = world.machine("strangers");
            List<Stream> taken = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                take(world.node(machine, host -> {}), bob, taken);
            }
            assertThat(taken).hasSizeGreaterThan(STREAMS / STRANGERS);
            TestNode carol = world.node("carol");
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(alice.ping(bob)).isPositive();
                assertThat(carol.ping(bob)).isPositive();
                world.sleep(Duration.ofSeconds(20));
                taken.removeIf(stream -> !keep(stream));
            }
            assertThat(before.isOpen())
                    .as("the connection that was there first")
                    .isTrue();
            taken.forEach(Stream::close);
        });
    }
}
