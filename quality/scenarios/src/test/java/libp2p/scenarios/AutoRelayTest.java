package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import libp2p.HostBuilder;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.discovery.rendezvous.RendezvousClient;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.discovery.rendezvous.RendezvousService;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.autorelay.AutoRelay;
import libp2p.nat.autorelay.AutoRelayLimits;
import libp2p.nat.mapping.Method;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.RelayReservation;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** A host that others cannot dial finds relays by itself, keeps two, and replaces what it loses. */
class AutoRelayTest {
    private static List<TestNode> relays(World world, int count) throws Exception {
        List<TestNode> relays = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String ip = "8.8." + i + ".1";
            relays.add(world.node(
                    world.simulation().host("relay" + i, ip),
                    builder -> builder.with(Nat.create().withAutoNatService().withRelayService(RelayLimits.DEFAULT)),
                    World.address(ip)));
        }
        return relays;
    }

    private static TestNode behindRouter(World world) throws Exception {
        return behindRouter(
                world, builder -> builder.with(Nat.create().withAutoRelay().withoutHolePunching()));
    }

    private static TestNode behindRouter(World world, Consumer<HostBuilder> families) throws Exception {
        SimulatedEnvironment inside = world.simulation().host("node", "10.1.0.2");
        world.network().putBehind(world.network().nat("8.9.0.2"), inside);
        return world.node(inside, families, World.address("10.1.0.2"));
    }

    private static List<RelayReservation> places(TestNode node) {
        return node.host().find(RelayClient.class).orElseThrow().reservations();
    }

    private static void await(World world, Duration most, BooleanSupplier condition) throws Exception {
        Duration end = world.simulation().elapsed().plus(most);
        while (!condition.getAsBoolean()) {
            assertThat(world.simulation().elapsed()).isLessThan(end);
            world.sleep(Duration.ofMillis(200));
        }
    }

    @Test
    void aHostBehindARouterKeepsTwoPlacesAndIsReachedThroughThem() {
        World.underSeeds(5, world -> {
            List<TestNode> relays = relays(world, 5);
            TestNode node = behindRouter(world);
            for (TestNode relay : relays) {
                node.connect(relay);
            }
            await(world, Duration.ofSeconds(60), () -> places(node).size() == 2);
            world.sleep(Duration.ofMinutes(2));
            assertThat(places(node)).hasSize(2);
            List<Multiaddr> announced =
                    node.host().addresses().stream().filter(Circuits::isCircuit).toList();
            assertThat(announced).hasSize(2);
            TestNode dialer = world.node(
                    world.simulation().host("dialer", "8.7.0.1"),
                    builder -> builder.with(Nat.create().withoutHolePunching()),
                    World.address("8.7.0.1"));
            for (Multiaddr address : announced) {
                assertThat(Ping.once(dialer.host(), PeerAddress.of(node.id(), List.of(address))))
                        .isPositive();
            }
        });
    }

    @Test
    void aRelayThatIsLostIsReplacedWithinThirtySecondsAndOneIsAlwaysLeft() {
        World.underSeeds(5, world -> {
            List<TestNode> relays = relays(world, 5);
            TestNode node = behindRouter(world);
            for (TestNode relay : relays) {
                node.connect(relay);
            }
            await(world, Duration.ofSeconds(60), () -> places(node).size() == 2);
            PeerId lost = places(node).getFirst().relay();
            TestNode relay = relays.stream()
                    .filter(each -> each.id().equals(lost))
                    .findFirst()
                    .orElseThrow();
            world.network().silenceConnections(node.environment(), relay.environment());
            world.network().partition(List.of(relay.environment()));
            await(world, Duration.ofSeconds(30), () -> {
                List<RelayReservation> now = places(node);
                assertThat(now).isNotEmpty();
                return now.size() == 2
                        && now.stream().noneMatch(place -> place.relay().equals(lost));
            });
            assertThat(node.host().addresses().stream().filter(Circuits::isCircuit))
                    .hasSize(2);
            world.network().healPartitions();
        });
    }

    /** By identify push and the signed record: a peer knows the circuits that the host announces now, and no others. */
    @Test
    void peersForgetTheAddressesThroughARelayThatIsLost() {
        World.underSeeds(5, world -> {
            List<TestNode> relays = relays(world, 5);
            TestNode node = behindRouter(world);
            TestNode friend =
                    world.node(world.simulation().host("friend", "8.7.0.1"), builder -> {}, World.address("8.7.0.1"));
            node.connect(friend);
            for (TestNode relay : relays) {
                node.connect(relay);
            }
            await(world, Duration.ofSeconds(60), () -> places(node).size() == 2);
            await(world, Duration.ofSeconds(30), () -> known(friend, node).equals(announced(node)));
            PeerId lost = places(node).getFirst().relay();
            TestNode relay = relays.stream()
                    .filter(each -> each.id().equals(lost))
                    .findFirst()
                    .orElseThrow();
            world.network().silenceConnections(node.environment(), relay.environment());
            world.network().partition(List.of(relay.environment()));
            await(
                    world,
                    Duration.ofSeconds(30),
                    () -> places(node).size() == 2
                            && places(node).stream()
                                    .noneMatch(place -> place.relay().equals(lost)));
            await(world, Duration.ofSeconds(30), () -> known(friend, node).equals(announced(node)));
            assertThat(known(friend, node))
                    .hasSize(2)
                    .noneMatch(address -> address.toString().contains(lost.toString()));
            world.network().healPartitions();
        });
    }

    private static Set<Multiaddr> announced(TestNode node) {
        return node.host().addresses().stream().filter(Circuits::isCircuit).collect(Collectors.toSet());
    }

    private static Set<Multiaddr> known(TestNode peer, TestNode node) {
        return peer.host().peerstore().addresses(node.id()).stream()
                .filter(Circuits::isCircuit)
                .collect(Collectors.toSet());
    }

    @Test
    void aHostInTheOpenUsesNoRelay() {
        World.underSeeds(3, world -> {
            List<TestNode> relays = relays(world, 5);
            TestNode node = world.node(
                    world.simulation().host("node", "8.9.0.1"),
                    builder -> builder.with(Nat.create().withAutoRelay()),
                    World.address("8.9.0.1"));
            for (TestNode relay : relays) {
                Connection _ = node.connect(relay);
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(places(node)).isEmpty();
            assertThat(node.host().addresses()).noneMatch(Circuits::isCircuit);
        });
    }

    /** The host knows none of them, only a point where relays announce themselves. */
    @Test
    void relaysAreFoundThroughRouting() {
        World.underSeeds(3, world -> {
            TestNode point = world.node(
                    world.simulation().host("point", "8.6.0.1"),
                    builder -> builder.with(RendezvousService.family(RendezvousLimits.DEFAULT)),
                    World.address("8.6.0.1"));
            for (int i = 1; i <= 4; i++) {
                String ip = "8.8." + i + ".1";
                TestNode relay = world.node(
                        world.simulation().host("relay" + i, ip),
                        builder -> builder.with(Nat.create().withRelayService(RelayLimits.DEFAULT))
                                .with(meetingAt(point)),
                        World.address(ip));
                relay.host()
                        .find(RendezvousClient.class)
                        .orElseThrow()
                        .advertise("/libp2p/relay", Deadline.after(relay.environment(), Duration.ofMinutes(1)));
            }
            TestNode node = behindRouter(
                    world,
                    builder -> builder.with(Nat.create().withAutoRelay().withoutHolePunching())
                            .with(meetingAt(point)));
            await(world, Duration.ofSeconds(90), () -> places(node).size() == 2);
            world.sleep(Duration.ofMinutes(2));
            assertThat(places(node)).hasSize(2);
        });
    }

    /** They would carry what this host says to others, and be kept connected for it. */
    @Test
    void strangersThatConnectAndSayThatTheyRelayAreAskedLast() {
        World.underSeeds(3, world -> {
            TestNode point = world.node(
                    world.simulation().host("point", "8.6.0.1"),
                    builder -> builder.with(RendezvousService.family(RendezvousLimits.DEFAULT)),
                    World.address("8.6.0.1"));
            Set<PeerId> announced = new HashSet<>();
            for (String ip : List.of("8.8.1.1", "8.5.1.1")) { // of two IP groups
                TestNode relay = world.node(
                        world.simulation().host("relay-" + ip, ip),
                        builder -> builder.with(Nat.create().withRelayService(RelayLimits.DEFAULT))
                                .with(meetingAt(point)),
                        World.address(ip));
                relay.host()
                        .find(RendezvousClient.class)
                        .orElseThrow()
                        .advertise("/libp2p/relay", Deadline.after(relay.environment(), Duration.ofMinutes(1)));
                announced.add(relay.id());
            }
            TestNode node = world.node(
                    world.simulation().host("node", "8.9.0.1"),
                    builder -> builder.with(Nat.create().withAutoRelay().withoutHolePunching())
                            .with(meetingAt(point)),
                    World.address("8.9.0.1"));
            for (int i = 1; i <= 3; i++) {
                String ip = "8.7." + i + ".1";
                world.node(
                                world.simulation().host("stranger" + i, ip),
                                builder -> builder.with(Nat.create().withRelayService(RelayLimits.DEFAULT)),
                                World.address(ip))
                        .connect(node);
            }
            await(world, Duration.ofSeconds(90), () -> places(node).size() == 2);
            assertThat(places(node)).extracting(RelayReservation::relay).containsExactlyInAnyOrderElementsOf(announced);
        });
    }

    private static RendezvousClient meetingAt(TestNode point) {
        return new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT);
    }

    @Test
    void relaysThatAreConfiguredArePreferred() {
        World.underSeeds(3, world -> {
            List<TestNode> relays = relays(world, 5);
            List<PeerAddress> configured =
                    relays.subList(3, 5).stream().map(TestNode::address).toList();
            RelayClient client = new RelayClient(RelayLimits.DEFAULT.client());
            TestNode node = behindRouter(
                    world,
                    builder -> builder.with(Relay.client(client))
                            .with(new AutoRelay(AutoRelayLimits.DEFAULT, client, configured)));
            for (TestNode relay : relays.subList(0, 3)) {
                node.connect(relay);
            }
            await(world, Duration.ofSeconds(60), () -> places(node).size() == 2);
            assertThat(places(node))
                    .extracting(RelayReservation::relay)
                    .containsExactlyInAnyOrder(relays.get(3).id(), relays.get(4).id());
        });
    }

    /** One relay is kept because the operator named it: it is one of the two, and is not asked for another place. */
    @Test
    void aPlaceThatIsKeptAnywayCounts() {
        World.underSeeds(5, world -> {
            List<TestNode> relays = relays(world, 3);
            TestNode node = behindRouter(
                    world,
                    builder -> builder.with(Nat.create()
                            .withAutoRelay()
                            .withoutHolePunching()
                            .withRelay(relays.getFirst().address())));
            for (TestNode relay : relays) {
                node.connect(relay);
            }
            await(world, Duration.ofSeconds(60), () -> places(node).size() == 2);
            world.sleep(Duration.ofMinutes(2));
            assertThat(places(node))
                    .extracting(RelayReservation::relay)
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .contains(relays.getFirst().id());
        });
    }

    /** The router maps a port from now on, at which no peer had got through before: the places are given back. */
    @Test
    void placesAreGivenBackWhenOthersCanDialTheHost() {
        World.underSeeds(1, world -> {
            List<TestNode> relays = relays(world, 5);
            libp2p.simulator.SimulatedNat router = world.network().nat("8.9.0.2");
            SimulatedEnvironment inside = world.simulation().host("node", router, "192.168.1.2");
            Nat family = Nat.create().withAutoRelay().withPortMapping(EnumSet.allOf(Method.class));
            TestNode node = world.node(inside, builder -> builder.with(family), World.address("192.168.1.2"));
            for (TestNode relay : relays) {
                node.connect(relay);
            }
            await(world, Duration.ofSeconds(60), () -> places(node).size() == 2);
            router.mapsPorts("192.168.1.1", Duration.ofMinutes(2));
            await(world, Duration.ofMinutes(10), () -> places(node).isEmpty());
            assertThat(node.host().addresses()).noneMatch(Circuits::isCircuit).anyMatch(Multiaddr::isPublic);
            await(
                    world,
                    Duration.ofSeconds(30),
                    () -> relays.stream().allMatch(relay -> known(relay, node).isEmpty()));
        });
    }
}
