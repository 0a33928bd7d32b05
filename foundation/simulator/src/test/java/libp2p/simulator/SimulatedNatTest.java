package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import org.junit.jupiter.api.Test;

/** Alice and Bob, each behind a NAT, and a public server. */
class SimulatedNatTest {
    private static final InetSocketAddress ALICE = new InetSocketAddress("192.168.1.2", 4001);
    private static final InetSocketAddress ALICE_OUTSIDE = new InetSocketAddress("203.0.113.1", 4001);
    private static final InetSocketAddress BOB = new InetSocketAddress("192.168.2.2", 4001);
    private static final InetSocketAddress BOB_OUTSIDE = new InetSocketAddress("203.0.113.2", 4001);
    private static final InetSocketAddress SERVER = new InetSocketAddress("198.51.100.7", 4001);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private record World(
            Simulation simulation,
            SimulatedEnvironment alice,
            SimulatedNat aliceNat,
            SimulatedEnvironment bob,
            SimulatedNat bobNat,
            SimulatedEnvironment server) {
        TcpChannel dial(SimulatedEnvironment host, InetSocketAddress local, InetSocketAddress remote) throws Exception {
            return host.network().connectTcp(local, remote, Deadline.after(host, PATIENCE));
        }
    }

    private interface Body {
        void run(World world) throws Exception;
    }

    private static void underSeeds(int count, Body body) {
        Seeds.run(
                count,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment alice = simulation.host("alice", "192.168.1.2");
                    SimulatedEnvironment bob = simulation.host("bob", "192.168.2.2");
                    SimulatedNat aliceNat = simulation.network().nat("203.0.113.1");
                    SimulatedNat bobNat = simulation.network().nat("203.0.113.2");
                    simulation.network().putBehind(aliceNat, alice);
                    simulation.network().putBehind(bobNat, bob);
                    body.run(new World(
                            simulation, alice, aliceNat, bob, bobNat, simulation.host("server", "198.51.100.7")));
                }));
    }

    @Test
    void theServerSeesTheOutsideAddress() {
        underSeeds(20, world -> {
            TcpListener listener = world.server.network().listenTcp(SERVER, 4, true);
            TcpChannel client = world.dial(world.alice, ALICE, SERVER);
            TcpChannel accepted = listener.accept();
            assertThat(accepted.remoteAddress()).isEqualTo(ALICE_OUTSIDE);
            assertThat(client.localAddress()).isEqualTo(ALICE);
            accepted.write(bytes("hello"));
            assertThat(read(client, 5)).isEqualTo("hello");
        });
    }

    @Test
    void noHostGetsInUninvited() {
        underSeeds(20, world -> {
            world.alice.network().listenTcp(ALICE, 4, true);
            assertThatThrownBy(() -> world.dial(world.server, null, ALICE_OUTSIDE))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThatThrownBy(() -> world.dial(world.server, null, ALICE))
                    .isInstanceOf(DeadlineExceededException.class);
            world.aliceNat.forwardTcp(4001, world.alice, ALICE);
            world.dial(world.server, null, ALICE_OUTSIDE);
        });
    }

    @Test
    void hostsBehindOneNatReachEachOtherInsideOnly() {
        underSeeds(20, world -> {
            SimulatedEnvironment carol = world.simulation.host("carol", "192.168.1.3");
            world.simulation.network().putBehind(world.aliceNat, carol);
            TcpListener listener = world.alice.network().listenTcp(ALICE, 4, true);
            world.dial(carol, null, ALICE);
            assertThat(listener.accept().remoteAddress().getAddress())
                    .isEqualTo(carol.addresses().getFirst());
            world.aliceNat.forwardTcp(4001, world.alice, ALICE);
            assertThatThrownBy(() -> world.dial(carol, null, ALICE_OUTSIDE))
                    .isInstanceOf(DeadlineExceededException.class);
        });
    }

    @Test
    void twoSynsThatMeetMakeOneConnection() {
        underSeeds(200, world -> {
            world.alice.network().listenTcp(ALICE, 4, true);
            world.bob.network().listenTcp(BOB, 4, true);
            List<TcpChannel> punched = punch(world);
            assertThat(punched).hasSize(2);
            TcpChannel one = punched.get(0);
            TcpChannel two = punched.get(1);
            one.write(bytes("through"));
            assertThat(read(two, 7)).isEqualTo("through");
            two.write(bytes("the wall"));
            assertThat(read(one, 8)).isEqualTo("the wall");
            assertThat(one.remoteAddress()).isIn(ALICE_OUTSIDE, BOB_OUTSIDE);
            assertThat(world.simulation.network().openConnections(world.alice)).isEqualTo(1);
            assertThat(world.simulation.network().openConnections(world.bob)).isEqualTo(1);
        });
    }

    private static List<TcpChannel> punch(World world) throws Exception {
        List<TcpChannel> punched = new ArrayList<>();
        Simulation simulation = world.simulation;
        SimulatedTask alice =
                simulation.spawn("alice", () -> dialInto(world, world.alice, ALICE, BOB_OUTSIDE, punched));
        simulation.sleep(Duration.ofNanos(simulation.random("skew").nextLong(3_000_000)));
        SimulatedTask bob = simulation.spawn("bob", () -> dialInto(world, world.bob, BOB, ALICE_OUTSIDE, punched));
        alice.join();
        bob.join();
        return punched;
    }

    private static void dialInto(
            World world, SimulatedEnvironment host, InetSocketAddress from, InetSocketAddress to, List<TcpChannel> into)
            throws Exception {
        try {
            into.add(world.dial(host, from, to));
        } catch (DeadlineExceededException walled) {
            assertThat(world.simulation.elapsed()).isGreaterThanOrEqualTo(PATIENCE);
        }
    }

    @Test
    void aSymmetricNatCannotBePunched() {
        underSeeds(20, world -> {
            world.aliceNat.mapping(SimulatedNat.Mapping.ADDRESS_AND_PORT_DEPENDENT);
            TcpListener listener = world.server.network().listenTcp(SERVER, 4, true);
            world.dial(world.alice, ALICE, SERVER);
            assertThat(listener.accept().remoteAddress()).isNotEqualTo(ALICE_OUTSIDE);
            assertThat(punch(world)).isEmpty();
        });
    }

    @Test
    void simultaneousOpenWorksWithoutNatsToo() {
        Seeds.run(
                200,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment left = simulation.host("left", "10.0.0.1");
                    SimulatedEnvironment right = simulation.host("right", "10.0.0.2");
                    simulation.network().link(left, right).loss(0.1);
                    InetSocketAddress leftAddress = new InetSocketAddress("10.0.0.1", 1_000);
                    InetSocketAddress rightAddress = new InetSocketAddress("10.0.0.2", 2_000);
                    List<TcpChannel> ends = new ArrayList<>();
                    SimulatedTask dialing = simulation.spawn(
                            "left",
                            () -> ends.add(left.network().connectTcp(leftAddress, rightAddress, Deadline.NONE)));
                    ends.add(right.network().connectTcp(rightAddress, leftAddress, Deadline.NONE));
                    dialing.join();
                    ends.get(0).write(bytes("x"));
                    assertThat(read(ends.get(1), 1)).isEqualTo("x");
                }));
    }

    /**
     * As the kernel has it: the ends are taken by the connection that has come, so that a dialer leaves from another
     * port.
     */
    @Test
    void noConnectLeavesBetweenTheEndsOfAConnectionThatHasCome() {
        Seeds.run(
                50,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment left = simulation.host("left", "10.0.0.1");
                    SimulatedEnvironment right = simulation.host("right", "10.0.0.2");
                    simulation.network().defaultLatency(Duration.ofMillis(10));
                    InetSocketAddress leftAddress = new InetSocketAddress("10.0.0.1", 1_000);
                    InetSocketAddress rightAddress = new InetSocketAddress("10.0.0.2", 2_000);
                    TcpListener listener = right.network().listenTcp(rightAddress, 4, true);
                    List<TcpChannel> made = new ArrayList<>();
                    SimulatedTask dialing = simulation.spawn(
                            "left",
                            () -> made.add(left.network().connectTcp(leftAddress, rightAddress, Deadline.NONE)));
                    simulation.sleep(Duration.ofMillis(15)); // the SYN is there, the answer on its way
                    assertThatThrownBy(() -> right.network().connectTcp(rightAddress, leftAddress, Deadline.NONE))
                            .isInstanceOf(BindException.class);
                    dialing.join();
                    TcpChannel accepted = listener.accept();
                    assertThatThrownBy(() -> right.network().connectTcp(rightAddress, leftAddress, Deadline.NONE))
                            .isInstanceOf(BindException.class);
                    accepted.close();
                    made.getFirst().close();
                    assertThatThrownBy(() -> right.network().connectTcp(rightAddress, leftAddress, Deadline.NONE))
                            .isInstanceOf(ConnectException.class)
                            .isNotInstanceOf(BindException.class);
                }));
    }

    @Test
    void aConnectThatEndsWhileTheOtherLeadsLeavesNothingOpen() {
        Seeds.run(
                200,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment left = simulation.host("left", "10.0.0.1");
                    SimulatedEnvironment right = simulation.host("right", "10.0.0.2");
                    simulation.network().link(left, right).jitter(Duration.ofMillis(1));
                    InetSocketAddress leftAddress = new InetSocketAddress("10.0.0.1", 1_000);
                    InetSocketAddress rightAddress = new InetSocketAddress("10.0.0.2", 2_000);
                    SimulatedTask dialing =
                            simulation.spawn("left", () -> tryDial(left, leftAddress, rightAddress, 5_000_000));
                    tryDial(
                            right,
                            rightAddress,
                            leftAddress,
                            simulation.random("patience").nextLong(4_000_000));
                    dialing.join();
                    simulation.sleep(Duration.ofSeconds(10));
                    assertThat(simulation.network().openConnections(left)).isZero();
                    assertThat(simulation.network().openConnections(right)).isZero();
                    left.network().listenTcp(leftAddress, 1, false).close();
                }));
    }

    private static void tryDial(
            SimulatedEnvironment host, InetSocketAddress from, InetSocketAddress to, long patienceNanos)
            throws Exception {
        try {
            host.network()
                    .connectTcp(from, to, Deadline.afterNanos(host, patienceNanos))
                    .close();
        } catch (DeadlineExceededException | java.net.ConnectException late) {
            assertThat(host.nanoTime()).isPositive();
        }
    }

    @Test
    void udpMappingsLetAnswersInAndExpire() {
        underSeeds(20, world -> {
            UdpSocket alice = world.alice.network().bindUdp(ALICE);
            UdpSocket server = world.server.network().bindUdp(SERVER);
            alice.send(bytes("?"), SERVER);
            assertThat(server.receive(ByteBuffer.allocate(1))).isEqualTo(ALICE_OUTSIDE);
            server.send(bytes("!"), ALICE_OUTSIDE);
            assertThat(alice.receive(ByteBuffer.allocate(1))).isEqualTo(SERVER);
            assertThat(answersAfter(world, server, alice, Duration.ofMinutes(1)))
                    .isTrue();
            assertThat(answersAfter(world, server, alice, Duration.ofMinutes(5)))
                    .isFalse();
        });
    }

    private static boolean answersAfter(World world, UdpSocket server, UdpSocket alice, Duration pause)
            throws Exception {
        world.simulation.sleep(pause);
        boolean[] heard = {false};
        world.simulation.spawn("listening", () -> {
            alice.receive(ByteBuffer.allocate(1));
            heard[0] = true;
        });
        server.send(bytes("!"), ALICE_OUTSIDE);
        world.simulation.sleep(Duration.ofSeconds(1));
        return heard[0];
    }

    @Test
    void filteringDecidesWhoMaySend() {
        underSeeds(20, world -> {
            UdpSocket alice = world.alice.network().bindUdp(ALICE);
            SimulatedEnvironment other = world.simulation.host("other", "198.51.100.8");
            UdpSocket stranger = other.network().bindUdp(new InetSocketAddress("198.51.100.8", 1));
            UdpSocket samePlace = world.server.network().bindUdp(new InetSocketAddress("198.51.100.7", 9));
            int[] heard = {0};
            world.simulation.spawn("listening", () -> {
                while (true) {
                    alice.receive(ByteBuffer.allocate(1));
                    heard[0]++;
                }
            });
            alice.send(bytes("?"), SERVER);
            for (SimulatedNat.Filtering filtering : SimulatedNat.Filtering.values()) {
                heard[0] = 0;
                world.aliceNat.filtering(filtering);
                stranger.send(bytes("x"), ALICE_OUTSIDE);
                samePlace.send(bytes("x"), ALICE_OUTSIDE);
                world.simulation.sleep(Duration.ofSeconds(1));
                assertThat(heard[0]).as(filtering.name()).isEqualTo(2 - filtering.ordinal());
            }
        });
    }
}
