package libp2p.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.failure.NetworkException;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.messaging.MessageStream;
import libp2p.discovery.rendezvous.RendezvousMessage.Discover;
import libp2p.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The requests that a rendezvous point answers in a second, and the peers that get them. */
class RendezvousShareTest {
    private static final int STRANGERS = 105;
    private static final int AT_ONCE = 150;
    private static final int HONEST = 20;
    private static final MessageExchange<RendezvousMessage, RendezvousMessage> RAW = MessageExchange.of(
                    RendezvousMessage.PROTOCOL, RendezvousMessage.CODEC, RendezvousMessage.CODEC)
            .withLimit(1 << 20);

    private static TestNode node(World world, String name, String ip) throws IOException {
        return world.node(world.simulation().host(name, ip), builder -> {}, World.address(ip));
    }

    private static void flood(World world, TestNode stranger, TestNode point) throws Exception {
        try (Stream stream = stranger.open(point, RendezvousMessage.PROTOCOL)) {
            MessageStream<RendezvousMessage, RendezvousMessage> messages =
                    new MessageStream<>(stream, RendezvousMessage.CODEC, RendezvousMessage.CODEC, 1 << 20);
            for (int i = 0; i < AT_ONCE; i++) {
                messages.send(new Discover("none", 1, null));
            }
            for (int i = 0; i < AT_ONCE; i++) {
                messages.receive();
            }
            for (int i = 0; i < 80; i++) {
                messages.send(new Discover("none", 1, null));
                messages.receive();
                world.sleep(Duration.ofMillis(20));
            }
        } catch (NetworkException refused) {
            // as well
        }
    }

    @Test
    void strangersOfOneNetworkLeaveRequestsToOthers() {
        World.underSeeds(1, world -> {
            String ip = "91.200.0.1";
            TestNode point = world.node(
                    world.simulation().host("point", ip),
                    builder -> builder.with(RendezvousService.family(RendezvousLimits.DEFAULT)),
                    World.address(ip));
            List<TestNode> strangers = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                TestNode stranger = node(world, "stranger-" + i, "62.1.0." + (i + 1));
                stranger.connect(point);
                world.sleep(Duration.ofMillis(100));
                strangers.add(stranger);
            }
            List<TestNode> honest = new ArrayList<>();
            for (int i = 0; i < HONEST; i++) {
                TestNode one = node(world, "honest-" + i, "93." + i + ".0.1");
                one.connect(point);
                world.sleep(Duration.ofMillis(100));
                honest.add(one);
            }
            for (TestNode stranger : strangers) {
                world.spawn("flood", () -> flood(world, stranger, point));
            }
            world.sleep(Duration.ofSeconds(1));
            int answered = 0;
            int asked = 0;
            for (int round = 0; round < 3; round++) {
                for (TestNode one : honest) {
                    asked++;
                    DiscoverResponse response =
                            (DiscoverResponse) RAW.ask(one.host(), point.address(), new Discover("chat", 1, null));
                    answered += response.status() == Status.OK ? 1 : 0;
                }
            }
            assertThat(answered).isGreaterThanOrEqualTo(asked * 9 / 10);
        });
    }
}
