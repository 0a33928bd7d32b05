package libp2p.scenarios;

import static libp2p.scenarios.Stranger.HEADER;
import static libp2p.scenarios.Stranger.join;
import static libp2p.scenarios.Stranger.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.muxer.MuxedConnection;
import libp2p.muxers.yamux.Yamux;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Three strangers at one address open streams and say nothing on them. The first windows of those are more than half of
 * the memory that a small host grants, and too little for it to close any of them.
 */
class HeldMemoryTest {
    private static final int SEEDS = 2;
    private static final int STRANGERS = 3;
    private static final int STREAMS = 60;
    private static final List<String> SILENT = List.of("/silent/1", "/silent/2");
    private static final String SINK = "/sink/1";
    private static final int BYTES = 60_000_000;
    private static final Duration LATENCY = Duration.ofMillis(50);
    /** As many times longer may an upload take, whose window has less memory to grow. */
    private static final int SLOWER = 3;
    /** The limits of a host on a machine of 1 GiB, with a heap of a quarter of it. */
    private static final ResourceLimits SMALL =
            ResourceLimits.scaled((1L << 30) / 8, 512).withinHeap(256L << 20);

    private static MuxedConnection hold(SimulatedEnvironment machine, TestNode bob) throws IOException {
        TcpChannel channel = machine.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
        MuxedConnection connection = Stranger.mux(machine, channel, new Yamux(Stranger.FRUGAL));
        for (int i = 0; i < STREAMS; i++) {
            for (String protocol : SILENT) {
                Stranger.write(connection.openStream(Deadline.NONE), join(HEADER, message(protocol)));
            }
        }
        return connection;
    }

    private static Duration upload(World world, TestNode alice, TestNode bob) throws Exception {
        return world.timed(() -> {
            try (Stream stream = alice.open(bob, SINK)) {
                byte[] piece = new byte[100_000];
                for (int sent = 0; sent < BYTES; sent += piece.length) {
                    stream.write(piece);
                }
                stream.closeWrite();
                stream.input().readAllBytes();
            }
        });
    }

    @Test
    void silentStreamsDoNotKeepTheWindowsOfOthersSmall() {
        World.underSeeds(SEEDS, world -> {
            world.network().defaultLatency(LATENCY).socketBuffer(1 << 24);
            TestNode bob = world.node("bob", SMALL, host -> {});
            SILENT.forEach(protocol -> bob.host().handle(protocol, stream -> stream.read(ByteBuffer.allocate(1))));
            bob.host().handle(SINK, stream -> {
                byte[] piece = new byte[100_000];
                while (stream.read(piece, 0, piece.length) >= 0) {
                    // as fast as they come
                }
            });
            Duration alone = upload(world, world.node("alice"), bob);
            SimulatedEnvironment machine = world.machine("strangers");
            List<MuxedConnection> strangers = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                strangers.add(hold(machine, bob));
            }
            world.sleep(Duration.ofSeconds(1));
            long held = bob.host().resourceManager().system().usage().memory();
            Duration beside = upload(world, world.node("carol"), bob);
            for (MuxedConnection stranger : strangers) {
                stranger.close(0, "done");
            }
            world.sleep(Duration.ofSeconds(5)); // the farewells of a machine that is not closed
            assertThat(held).as("memory that the strangers hold").isGreaterThan(64 << 20);
            assertThat(beside).isLessThan(alone.multipliedBy(SLOWER));
        });
    }
}
