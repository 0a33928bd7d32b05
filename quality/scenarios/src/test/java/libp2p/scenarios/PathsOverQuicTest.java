package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.Link;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNat;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.swarm.gate.GaterLists;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two hosts over QUIC on a path that changes under their connection, which lives on. */
@ExtendWith(OverQuic.class)
class PathsOverQuicTest {
    /** Headers of IP version 4 and UDP. */
    private static final int HEADERS = 28;

    private static final int LARGEST = 1452;
    /** The search for the largest datagram ends when it is known to so many bytes. */
    private static final int STEP = 20;
    /** The packets of IP that every path of QUIC carries. */
    private static final int LEAST = 1200 + HEADERS;

    private static void echo(TestNode from, TestNode to, long seed, int size) throws Exception {
        try (Stream stream = from.open(to, Echo.PROTOCOL)) {
            Bytes.write(stream, seed, size);
            stream.closeWrite();
            Bytes.expect(stream, seed, size);
        }
    }

    private static int pathMtu(Connection connection) {
        return (Integer) connection.details().get("path_mtu");
    }

    private static void requireOneConnection(TestNode alice, TestNode bob, Connection connection) {
        assertThat(connection.isOpen()).isTrue();
        assertThat(alice.tally().connectionsOpened()).as("connections of alice").isEqualTo(1);
        assertThat(bob.tally().connectionsOpened()).as("connections of bob").isEqualTo(1);
    }

    @Test
    void aPathThatGrowsNarrowAndWideAgainKeepsItsConnection() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            Link link = world.network()
                    .link(alice.environment(), bob.environment())
                    .latency(Duration.ofMillis(10))
                    .bandwidth(400_000)
                    .mtu(1500);
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            List<Connection> ends = List.of(connection, bob.connections(alice).getFirst());
            for (Connection end : ends) {
                world.simulation().await("the largest datagrams", () -> pathMtu(end) == LARGEST);
            }
            RandomGenerator random = world.random();
            int narrow = random.nextInt(LEAST, 1_400);
            SimulatedTask transfer = world.spawn("transfer", () -> echo(alice, bob, 3, 600_000));
            world.sleep(Duration.ofMillis(random.nextInt(1, 1_000)));
            link.mtu(narrow);
            transfer.join();
            for (Connection end : ends) {
                assertThat(pathMtu(end)).isBetween(LEAST - HEADERS, narrow - HEADERS);
            }
            link.mtu(1500);
            world.sleep(Duration.ofMinutes(11));
            for (Connection end : ends) {
                world.simulation()
                        .await("large datagrams again", Duration.ofMinutes(1), () -> pathMtu(end) > LARGEST - STEP);
            }
            echo(alice, bob, 4, 100_000);
            requireOneConnection(alice, bob, connection);
        });
    }

    @Test
    void datagramsThatOvertakeEachOtherComeTwiceOrNeverAreNoticedByNoStream() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network()
                    .link(alice.environment(), bob.environment())
                    .latency(Duration.ofMillis(20))
                    .jitter(Duration.ofMillis(60))
                    .duplication(0.2)
                    .loss(0.03);
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            world.together(
                    () -> echo(alice, bob, 1, 40_000),
                    () -> echo(bob, alice, 2, 40_000),
                    () -> echo(alice, bob, 3, 40_000));
            requireOneConnection(alice, bob, connection);
        });
    }

    /**
     * The router gives the mapping that it makes next another port, so that the listener hears its peer from elsewhere.
     */
    @Test
    void aRouterThatForgetsItsMappingsIsNoticedByNoStream() {
        World.underManySeeds(world -> {
            SimulatedNat router = world.network().nat("10.9.0.1").ports(SimulatedNat.PortChoice.RANDOM);
            TestNode alice = behind(world, router);
            TestNode bob = world.node("bob");
            world.network()
                    .link(alice.environment(), bob.environment())
                    .latency(Duration.ofMillis(15))
                    .bandwidth(200_000);
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            SimulatedTask[] transfers = {
                world.spawn("up-and-down", () -> echo(alice, bob, 5, 300_000)),
                world.spawn("down-and-up", () -> echo(bob, alice, 6, 300_000)),
            };
            RandomGenerator random = world.random();
            for (int i = 0; i < 3; i++) {
                world.sleep(Duration.ofMillis(random.nextInt(1, 700)));
                router.restart();
            }
            for (SimulatedTask transfer : transfers) {
                transfer.join();
            }
            alice.ping(bob);
            requireOneConnection(alice, bob, connection);
        });
    }

    /** While nothing is sent but what keeps the connection alive, a router's memory of it ends now and then. */
    @Test
    void anIdleConnectionOutlivesTheMemoryOfItsRouter() {
        World.underManySeeds(world -> {
            SimulatedNat router = world.network()
                    .nat("10.9.0.1")
                    .ports(SimulatedNat.PortChoice.RANDOM)
                    .udpLifetime(Duration.ofSeconds(10));
            TestNode alice = behind(world, router);
            TestNode bob = world.node("bob");
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            RandomGenerator random = world.random();
            for (int i = 0; i < 4; i++) {
                world.sleep(Duration.ofSeconds(random.nextInt(30, 400)));
                alice.ping(bob);
                bob.ping(alice);
            }
            requireOneConnection(alice, bob, connection);
        });
    }

    /**
     * What may not connect from an address may not go on from there either. A phone goes over to another
     * network, whose addresses the listener lets in or not.
     */
    @Test
    void theGaterIsAskedAboutTheAddressToWhichAPeerMoves() {
        World.underManySeeds(world -> {
            SimulatedNat router = world.network().nat("10.9.0.1");
            SimulatedNat elsewhere = world.network().nat("10.8.0.1");
            boolean welcome = world.random().nextBoolean();
            List<String> asked = new ArrayList<>();
            TestNode alice = behind(world, router);
            TestNode bob = world.node(
                    "bob",
                    builder -> builder.gater(new ConnectionGater() {
                        @Override
                        public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
                            asked.add(peer + " " + remote.toString().split("/")[2]);
                            return welcome || !remote.toString().startsWith("/ip4/10.8.0.1/");
                        }
                    }));
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            assertThat(asked).containsExactly(alice.id() + " 10.9.0.1");
            world.network().putBehind(elsewhere, alice.environment());
            if (welcome) {
                alice.ping(bob);
                world.simulation().await("the second question", Duration.ofSeconds(5), () -> asked.size() == 2);
                alice.ping(bob);
                requireOneConnection(alice, bob, connection);
                assertThat(asked).hasSize(2);
            } else {
                pingUntilItEnds(world, alice, bob, connection);
                assertThat(connection.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GATED);
                assertThatThrownBy(() -> alice.ping(bob)).isInstanceOf(IOException.class);
            }
            assertThat(asked).startsWith(alice.id() + " 10.9.0.1", alice.id() + " 10.8.0.1"); // then a new connection
        });
    }

    /** The lists are about where a peer is, not where it came from: all else of the host says the same. */
    @Test
    void aPeerIsBlockedWhereItHasMoved() {
        World.underManySeeds(world -> {
            SimulatedNat router = world.network().nat("10.9.0.1");
            SimulatedNat elsewhere = world.network().nat("10.8.0.1");
            GaterLists lists = new GaterLists();
            TestNode alice = behind(world, router);
            TestNode bob = world.node("bob", builder -> builder.gater(lists));
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            Connection other = bob.connections(alice).getFirst();
            assertThat(other.remoteAddress().toString()).startsWith("/ip4/10.9.0.1/");
            world.network().putBehind(elsewhere, alice.environment());
            alice.ping(bob);
            world.simulation()
                    .await(
                            "the new address",
                            Duration.ofSeconds(5),
                            () -> other.remoteAddress().toString().startsWith("/ip4/10.8.0.1/"));
            lists.block(Subnet.parse("10.9.0.0/16"));
            alice.ping(bob);
            requireOneConnection(alice, bob, connection);
            lists.block(Subnet.parse("10.8.0.0/16"));
            world.simulation()
                    .await("the end of the connection", Duration.ofSeconds(5), () -> other.closeReason() != null);
            assertThat(other.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GATED);
        });
    }

    /** The gater is asked once the new address is proved: until then some pings may still be answered. */
    private static void pingUntilItEnds(World world, TestNode alice, TestNode bob, Connection connection)
            throws Exception {
        SimulatedTask pings = world.spawn("pings", () -> {
            try {
                while (connection.closeReason() == null) {
                    alice.ping(bob);
                }
            } catch (IOException ended) {
                // as is to be
            }
        });
        world.simulation()
                .await("the end of the connection", Duration.ofSeconds(5), () -> connection.closeReason() != null);
        pings.join();
    }

    private static TestNode behind(World world, SimulatedNat router) throws Exception {
        SimulatedEnvironment machine = world.simulation().host("alice", router, "192.168.0.2");
        return world.node(machine, builder -> {}, "/ip4/192.168.0.2/udp/4001/quic-v1");
    }

    /** Everything at once, in an order that the seed picks. */
    @Test
    void transfersEndWhateverTheWeather() {
        World.underManySeeds(world -> {
            SimulatedNat router = world.network().nat("10.9.0.1").ports(SimulatedNat.PortChoice.RANDOM);
            TestNode alice = behind(world, router);
            TestNode bob = world.node("bob");
            Link link =
                    world.network().link(alice.environment(), bob.environment()).mtu(1500);
            Connection connection = alice.connect(bob);
            alice.ping(bob);
            Simulation.Action[] tasks = new Simulation.Action[5];
            for (int i = 0; i < 4; i++) {
                int seed = i;
                tasks[i] = () -> echo(seed % 2 == 0 ? alice : bob, seed % 2 == 0 ? bob : alice, seed, 80_000);
            }
            tasks[4] = () -> {
                RandomGenerator random = world.random();
                for (int i = 0; i < 12; i++) {
                    change(random, world, link, router, bob);
                    world.sleep(Duration.ofMillis(random.nextInt(20, 900)));
                    world.network().healPartitions();
                }
                calm(link);
            };
            world.together(tasks);
            world.sleep(Duration.ofSeconds(1));
            alice.ping(bob);
            requireOneConnection(alice, bob, connection);
        });
    }

    private static void change(RandomGenerator random, World world, Link link, SimulatedNat router, TestNode bob) {
        switch (random.nextInt(8)) {
            case 0 -> link.latency(Duration.ofMillis(random.nextInt(1, 150)));
            case 1 -> link.jitter(Duration.ofMillis(random.nextInt(80)));
            case 2 -> link.loss(random.nextDouble(0.15));
            case 3 -> link.duplication(random.nextDouble(0.3));
            case 4 -> link.mtu(random.nextInt(LEAST, 1_501));
            case 5 -> link.bandwidth(random.nextLong(50_000, 1_000_000));
            case 6 -> router.restart();
            default -> world.network().partition(List.of(bob.environment()));
        }
    }

    private static void calm(Link link) {
        link.latency(Duration.ofMillis(5))
                .jitter(Duration.ZERO)
                .loss(0)
                .duplication(0)
                .mtu(1500)
                .bandwidth(0);
    }
}
