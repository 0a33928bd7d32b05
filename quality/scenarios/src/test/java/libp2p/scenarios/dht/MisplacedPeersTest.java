package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** A server of the DHT that names honest servers, faster than the others do, where they are not. */
class MisplacedPeersTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int SERVERS = 16;

    private static Kad kad(Kad mode) {
        return mode.withPrefix("/test").withoutLocal().withoutRefresh();
    }

    private static TestNode node(World world, String name, String ip, Kad kad) throws IOException {
        return world.node(world.simulation().host(name, ip), builder -> builder.with(kad), World.address(ip));
    }

    private static void lie(Stream stream, List<TestNode> servers) throws IOException {
        MessageLimits limits = MessageLimits.DEFAULT;
        for (byte[] bytes; (bytes = Delimited.readOrEnd(PROTOCOL, stream.input(), limits.bytes())) != null; ) {
            KadMessage request = KadMessage.decode(bytes, limits);
            List<KadPeer> closer = new ArrayList<>();
            for (TestNode server : servers) {
                closer.add(KadPeer.of(
                        server.id(), List.of(Multiaddr.parse(World.address("77.1.0." + (1 + closer.size()))))));
            }
            Delimited.write(
                    stream.output(),
                    KadMessage.of(request.type(), request.key())
                            .withCloserPeers(closer)
                            .toBytes());
        }
    }

    @Test
    void oneLiarKeepsNoHonestServerFromBeingFound() {
        World.underSeeds(3, world -> {
            List<TestNode> servers = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                servers.add(node(world, "server-" + i, (60 + i) + ".7.0.1", kad(Kad.server())));
                if (i > 0) {
                    servers.get(i).connect(servers.getFirst());
                }
            }
            TestNode liar =
                    world.node(world.simulation().host("liar", "9.7.0.1"), builder -> {}, World.address("9.7.0.1"));
            liar.host().handle(PROTOCOL, stream -> lie(stream, servers));
            TestNode asking = node(world, "asking", "8.7.0.1", kad(Kad.client()));
            asking.connect(liar);
            asking.connect(servers.getFirst());
            world.sleep(MINUTE);
            world.network()
                    .link(asking.environment(), servers.getFirst().environment())
                    .latency(Duration.ofMillis(300));
            Dht dht = asking.host().find(Dht.class).orElseThrow();
            List<PeerId> closest =
                    dht.closestPeers("a key".getBytes(UTF_8), Deadline.after(asking.environment(), MINUTE)).stream()
                            .map(PeerAddress::peer)
                            .toList();
            assertThat(closest).containsAll(servers.stream().map(TestNode::id).toList());
        });
    }
}
