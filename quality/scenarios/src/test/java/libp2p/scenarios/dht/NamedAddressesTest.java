package libp2p.scenarios.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
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

/** A peer of the DHT names invented addresses of a peer that others name rightly. */
class NamedAddressesTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int SERVERS = 8;
    /** Addresses that are remembered of a peer. */
    private static final int MOST = 64;

    private static final int FIRST = 8;

    private static Kad kad(Kad mode) {
        return mode.withPrefix("/test").withoutLocal();
    }

    private static void lie(Stream stream, TestNode wanted) throws IOException {
        MessageLimits limits = MessageLimits.DEFAULT;
        byte[] bytes = Delimited.readOrEnd(PROTOCOL, stream.input(), limits.bytes());
        if (bytes == null) {
            return;
        }
        KadMessage request = KadMessage.decode(bytes, limits);
        List<KadPeer> closer = new ArrayList<>();
        if (Arrays.equals(request.key(), wanted.id().toBytes())) {
            for (int i = 0; i < limits.peers(); i++) {
                List<Multiaddr> invented = new ArrayList<>();
                for (int j = 0; j < limits.addresses(); j++) {
                    invented.add(Multiaddr.parse(World.address("77." + i + ".0." + (j + 1))));
                }
                closer.add(KadPeer.of(wanted.id(), invented));
            }
        }
        Delimited.write(
                stream.output(),
                KadMessage.of(request.type(), request.key())
                        .withCloserPeers(closer)
                        .toBytes());
        stream.closeWrite();
    }

    @Test
    void oneLiarNeitherHidesAPeerNorFillsTheMemory() {
        World.underSeeds(6, world -> {
            List<TestNode> servers = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                servers.add(world.node("server-" + i, builder -> builder.with(kad(Kad.server()))));
                if (i > 0) {
                    servers.get(i).connect(servers.getFirst());
                }
            }
            TestNode wanted = world.node("wanted", builder -> builder.with(kad(Kad.client())));
            wanted.connect(servers.getFirst());
            wanted.connect(servers.get(1));
            TestNode asking = world.node("asking", builder -> builder.with(kad(Kad.client())));
            TestNode liar = world.node("liar");
            liar.host().handle(PROTOCOL, stream -> lie(stream, wanted));
            asking.connect(liar);
            world.sleep(Duration.ofSeconds(5));
            asking.connect(servers.get(5));
            world.sleep(MINUTE);
            Dht dht = asking.host().find(Dht.class).orElseThrow();
            List<Multiaddr> found = dht.findPeer(wanted.id(), Deadline.after(asking.environment(), MINUTE));
            assertThat(found).hasSizeLessThanOrEqualTo(MOST);
            assertThat(found.subList(0, Math.min(found.size(), FIRST)))
                    .containsAll(wanted.host().addresses());
        });
    }
}
