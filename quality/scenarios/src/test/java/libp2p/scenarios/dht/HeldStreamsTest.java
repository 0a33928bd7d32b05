package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.failure.NetworkException;
import libp2p.core.protobuf.Delimited;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Streams of a server of the DHT that strangers open and keep. */
class HeldStreamsTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final int STRANGERS = 12;
    private static final int STREAMS = 64;
    private static final int HONEST = 10;
    private static final int ROUNDS = 4;

    private static TestNode node(World world, String name, String ip) throws IOException {
        return world.node(world.simulation().host(name, ip), builder -> {}, World.address(ip));
    }

    private static KadMessage question() {
        return KadMessage.of(MessageType.FIND_NODE, "a place".getBytes(UTF_8));
    }

    private static void ask(Stream stream) throws IOException {
        Delimited.write(stream.output(), question().toBytes());
        Delimited.read(PROTOCOL, stream.input(), MessageLimits.DEFAULT.bytes());
    }

    private static boolean isAnswered(TestNode asking, TestNode server) {
        try (Stream stream = asking.open(server, PROTOCOL)) {
            ask(stream);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void hold(TestNode stranger, TestNode server, List<Stream> held) {
        for (int i = 0; i < STREAMS; i++) {
            try {
                Stream stream = stranger.open(server, PROTOCOL);
                ask(stream);
                held.add(stream);
            } catch (NetworkException refused) {
                // another one then
            } catch (IOException refused) {
                return;
            }
        }
    }

    @Test
    void strangersOfOneNetworkThatKeepAllTheirStreamsShutNoOtherOut() {
        World.underSeeds(1, world -> {
            var machine = world.simulation().host("server", "91.200.0.1");
            ResourceLimits small = ResourceLimits.scaled(64 << 20, 512).withinHeap(128 << 20);
            TestNode server = world.node(
                    machine,
                    builder -> builder.resources(new CountingResourceManager(machine, small))
                            .with(Kad.server()
                                    .withPrefix("/test")
                                    .withoutLocal()
                                    .withLimits(KadLimits.DEFAULT.withinHeap(128 << 20))),
                    World.address("91.200.0.1"));
            List<TestNode> honest = new ArrayList<>();
            for (int i = 0; i < HONEST; i++) {
                TestNode node = node(world, "honest-" + i, "9" + i + ".7.0.1");
                node.connect(server);
                honest.add(node);
            }
            List<TestNode> strangers = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                TestNode stranger = node(world, "stranger-" + i, "62.1.0." + (i + 1));
                stranger.connect(server);
                strangers.add(stranger);
            }
            List<Stream> held = new ArrayList<>();
            for (TestNode stranger : strangers) {
                hold(stranger, server, held);
            }
            int answered = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (TestNode node : honest) {
                    answered += isAnswered(node, server) ? 1 : 0;
                }
                world.sleep(Duration.ofSeconds(5));
            }
            assertThat(answered).isEqualTo(HONEST * ROUNDS);
        });
    }
}
