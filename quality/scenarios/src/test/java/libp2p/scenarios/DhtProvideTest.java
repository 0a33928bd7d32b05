package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.DhtDiscovery;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;
import libp2p.kad.lookup.LookupLimits;
import libp2p.kad.table.TableLimits;
import libp2p.kad.validator.PublicKeyValidator;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * The announcements of a host: by regions of the keyspace, again before it is forgotten; and peers found under a name.
 */
class DhtProvideTest {
    private static final Kad KAD = Kad.server().withPrefix("/test").withoutLocal();
    private static final int SERVERS = 25;
    private static final int KEYS = 60;
    private static final int K = 20;

    private static Dht dht(TestNode node) {
        return node.host().find(Dht.class).orElseThrow();
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofMinutes(2));
    }

    private static List<TestNode> servers(World world, int count) throws Exception {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(world.node("server-" + i, builder -> builder.with(KAD)));
            if (i > 0) {
                servers.get(i).connect(servers.getFirst());
            }
        }
        world.sleep(Duration.ofMinutes(1));
        return servers;
    }

    private static List<Cid> cids() {
        List<Cid> cids = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            cids.add(Cid.v1(Multicodec.RAW, Multihash.sha256(("content " + i).getBytes(UTF_8))));
        }
        return cids;
    }

    private static List<PeerId> all(Results<PeerAddress> results) throws IOException {
        List<PeerId> found = new ArrayList<>();
        try (results) {
            for (PeerAddress one; (one = results.next()) != null; ) {
                found.add(one.peer());
            }
        }
        return found;
    }

    private static int kept(List<TestNode> servers) {
        return servers.stream()
                .mapToInt(server -> dht(server).status().getFirst().providers())
                .sum();
    }

    @Test
    void manyKeysAreAnnouncedAtExactlyTheirClosestPeersWithFewLookups() {
        World.underSeeds(1, world -> {
            List<TestNode> servers = servers(world, SERVERS);
            TestNode provider = world.node(
                    "provider",
                    builder -> builder.with(Kad.client().withPrefix("/test").withoutLocal()));
            provider.connect(servers.getFirst());
            world.sleep(Duration.ofMinutes(1));
            long before = dht(provider).status().getFirst().requests();
            dht(provider).startProviding(cids());
            world.sleep(Duration.ofMinutes(5));
            Dht.Status status = dht(provider).status().getFirst();
            assertThat(kept(servers)).isEqualTo(KEYS * K);
            assertThat(status.announcements()).isEqualTo((long) KEYS * K);
            // One lookup for each key would be 25 requests each.
            assertThat(status.requests() - before).isBetween(1L, 4L * KEYS);
            for (Cid cid : cids().subList(0, 10)) {
                assertThat(all(dht(servers.get(7)).findProviders(cid, soon(provider))))
                        .containsExactly(provider.id());
            }
            dht(provider).stopProviding(cids());
        });
    }

    /** Where k is 8: a network must be more than twice as large for its size to be of use. */
    @Test
    void announcementsDuringTheLookupAreFoundAndACrawlFindsAllServers() {
        KadLimits limits =
                KadLimits.DEFAULT.withLookup(LookupLimits.DEFAULT.withK(8)).withTable(TableLimits.DEFAULT.withK(8));
        World.underSeeds(1, world -> {
            List<TestNode> servers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                servers.add(world.node("server-" + i, builder -> builder.with(KAD.withLimits(limits))));
                if (i > 0) {
                    servers.get(i).connect(servers.getFirst());
                }
            }
            world.sleep(Duration.ofMinutes(1));
            TestNode provider = world.node(
                    "provider",
                    builder -> builder.with(Kad.client()
                            .withPrefix("/test")
                            .withoutLocal()
                            .withLimits(limits)
                            .withOptimisticProvide()));
            provider.connect(servers.getFirst());
            world.sleep(Duration.ofMinutes(2));
            Cid early = cids().getFirst();
            dht(provider).provide(early, soon(provider));
            assertThat(dht(provider).status().getFirst().announcements()).isGreaterThanOrEqualTo(6);
            assertThat(all(dht(servers.get(7)).findProviders(early, soon(provider))))
                    .containsExactly(provider.id());

            assertThat(dht(provider).crawl(soon(provider)).stream().map(PeerAddress::peer))
                    .containsExactlyInAnyOrderElementsOf(
                            servers.stream().map(TestNode::id).toList());
            TestNode reader = servers.get(9);
            byte[] key = PublicKeyValidator.keyOf(provider.id());
            byte[] value = provider.host().identity().publicKey().toProtobuf();
            long before = dht(provider).status().getFirst().requests();
            dht(provider).putValue(key, value, soon(provider));
            assertThat(dht(provider).status().getFirst().requests() - before)
                    .as("requests without a lookup")
                    .isEqualTo(8);
            assertThat(dht(reader).getValue(key, soon(reader))).isEqualTo(value);
        });
    }

    @Test
    void peersFindEachOtherUnderAName() {
        World.underSeeds(3, world -> {
            List<TestNode> servers = servers(world, 4);
            Discovery one = new DhtDiscovery(dht(servers.get(1)));
            Discovery other = new DhtDiscovery(dht(servers.get(3)));
            assertThat(one.advertise("my-service", soon(servers.get(1)))).isEqualTo(Duration.ofHours(3));
            assertThat(all(other.findPeers("my-service", soon(servers.get(3)))))
                    .containsExactly(servers.get(1).id());
            assertThat(all(other.findPeers("another", soon(servers.get(3))))).isEmpty();
        });
    }
}
