package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;
import libp2p.kad.table.TableLimits;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.nat.Nat;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.storage.MemoryDatastore;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Values and announcements over days, a table over a restart, and the mode of a host that finds out where it is. */
class DhtLifetimeTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAYS = Duration.ofDays(6);
    private static final String WIDE = "/test/kad/1.0.0";

    /** Tables are refreshed twice a day only, which changes nothing of what expires when. */
    private static Kad rested(Kad mode) {
        return mode.withPrefix("/test")
                .withoutLocal()
                .withValidator(new AnyValueValidator("v"))
                .withLimits(KadLimits.DEFAULT.withTable(TableLimits.DEFAULT.withRefresh(Duration.ofHours(12))));
    }

    private static Dht dht(TestNode node) {
        return node.host().find(Dht.class).orElseThrow();
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofMinutes(2));
    }

    private static Cid cid(String text) {
        return Cid.v1(Multicodec.RAW, Multihash.sha256(text.getBytes(UTF_8)));
    }

    private static List<PeerAddress> providers(TestNode node, Cid cid) throws IOException {
        List<PeerAddress> found = new ArrayList<>();
        try (Results<PeerAddress> results = dht(node).findProviders(cid, soon(node))) {
            for (PeerAddress one; (one = results.next()) != null; ) {
                found.add(one);
            }
        }
        return found;
    }

    private static List<TestNode> servers(World world, int count) throws Exception {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(world.node("server-" + i, builder -> builder.with(rested(Kad.server()))));
            if (i > 0) {
                servers.get(i).connect(servers.getFirst());
            }
        }
        world.sleep(Duration.ofMinutes(1));
        return servers;
    }

    private static void until(World world, Duration moment) throws InterruptedException {
        world.sleep(moment.minus(world.simulation().elapsed()));
    }

    @Test
    void valuesLiveTwoDaysUnlessTheyArePutAgainAndProvidersUnlessTheyAnnounceAgain() {
        World.overDays(1, DAYS, world -> {
            List<TestNode> servers = servers(world, 4);
            TestNode reader = servers.get(2);
            TestNode writer = world.node("writer", builder -> builder.with(rested(Kad.client())));
            writer.connect(servers.getFirst());
            world.sleep(Duration.ofSeconds(10));
            byte[] once = "/v/once".getBytes(UTF_8);
            byte[] daily = "/v/daily".getBytes(UTF_8);
            dht(writer).putValue(once, once, soon(writer));
            dht(writer).putValue(daily, daily, soon(writer));
            dht(writer).provide(cid("once"), soon(writer));
            dht(writer).startProviding(List.of(cid("always")));

            until(world, HOUR.multipliedBy(23));
            assertThat(providers(reader, cid("once")).getFirst().addresses()).isNotEmpty();
            assertThat(dht(writer).status().getFirst().announcements()).isGreaterThan(4 * 2); // again within 23 hours
            until(world, HOUR.multipliedBy(24));
            dht(writer).putValue(daily, daily, soon(writer));

            // A search that finds a value gives it to those that have none: it must not be asked for meanwhile.
            until(world, HOUR.multipliedBy(47));
            assertThat(kept(servers, 2)).isTrue();
            assertThat(providers(reader, cid("once"))).hasSize(1);
            assertThat(providers(reader, cid("always"))).hasSize(1);

            until(world, HOUR.multipliedBy(50));
            assertThat(kept(servers, 1)).isTrue();
            assertThat(dht(reader).getValue(once, soon(reader))).isNull();
            assertThat(dht(reader).getValue(daily, soon(reader))).isEqualTo(daily);
            assertThat(providers(reader, cid("once"))).isEmpty();
            PeerAddress always = providers(reader, cid("always")).getFirst();
            assertThat(always.peer()).isEqualTo(writer.id());
            assertThat(always.addresses())
                    .as("told for 24 hours after each announcement")
                    .isNotEmpty();

            // A provider that is gone is forgotten two days after its last announcement.
            writer.host().close();
            until(world, HOUR.multipliedBy(50 + 49));
            assertThat(providers(reader, cid("always"))).isEmpty();
            assertThat(dht(reader).status().getFirst().providers()).isZero();
            assertThat(dht(reader).status().getFirst().records()).isZero();
        });
    }

    /** Whether the servers hold so many records each, as the collection every hour leaves them. */
    private static boolean kept(List<TestNode> servers, int records) {
        return servers.stream()
                .allMatch(server -> dht(server).status().getFirst().records() == records);
    }

    @Test
    void aHostThatStartsAgainFindsItsPeersAndGoesOnAnnouncing() {
        World.overDays(1, DAYS, world -> {
            List<TestNode> servers = servers(world, 4);
            Datastore datastore = new MemoryDatastore();
            SimulatedEnvironment machine = world.simulation().host("restarting", "10.0.3.1");
            TestNode first = world.node(
                    machine,
                    builder -> builder.with(rested(Kad.server()).withDatastore(datastore)),
                    World.address("10.0.3.1"));
            first.connect(servers.get(1));
            world.sleep(Duration.ofMinutes(1));
            assertThat(dht(first).tablePeers()).hasSize(4);
            dht(first).startProviding(List.of(cid("kept")));
            world.sleep(Duration.ofMinutes(1));
            first.host().close();
            world.sleep(HOUR.multipliedBy(30));

            TestNode again = world.node(
                    world.simulation().host("again", "10.0.3.2"),
                    builder -> builder.with(rested(Kad.server()).withDatastore(datastore)),
                    World.address("10.0.3.2"));
            world.sleep(Duration.ofMinutes(15));
            assertThat(dht(again).tablePeers())
                    .as("without being told of anybody")
                    .hasSizeGreaterThanOrEqualTo(4);
            assertThat(providers(servers.get(3), cid("kept")))
                    .as("announced by the host that started again")
                    .anyMatch(provider -> again.id().equals(provider.peer()));
        });
    }

    private static TestNode publicServer(World world, int number) throws IOException {
        String ip = "8.8." + number + ".1";
        return world.node(
                world.simulation().host("server" + number, ip),
                builder -> builder.with(Nat.create().withAutoNatService())
                        .with(Kad.server().withPrefix("/test")),
                World.address(ip));
    }

    @Test
    void aHostInAutomaticModeServesTheWideNetworkWhenAutoNatHasFoundItPublic() {
        World.underSeeds(3, world -> {
            List<TestNode> servers = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                servers.add(publicServer(world, i));
            }
            TestNode node = world.node(
                    world.simulation().host("node", "8.9.0.1"),
                    builder -> builder.with(Nat.create()).with(Kad.auto().withPrefix("/test")),
                    World.address("8.9.0.1"));
            assertThat(node.host().protocols()).doesNotContain(WIDE);
            try (Subscription<ReachabilityChanged> events = node.host().events().subscribe(ReachabilityChanged.class)) {
                for (TestNode server : servers) {
                    node.connect(server);
                }
                Deadline deadline = Deadline.after(node.environment(), Duration.ofMinutes(3));
                ReachabilityChanged event;
                do {
                    event = events.take(deadline);
                    assertThat(event).as("what AutoNAT found").isNotNull();
                } while (event.reachability() != Reachability.PUBLIC);
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(node.host().protocols()).contains(WIDE);
            for (TestNode server : servers) {
                assertThat(dht(server).tablePeers()).contains(node.id());
            }
        });
    }
}
