package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.simulator.SimulatedNat.Mapping;
import libp2p.simulator.SimulatedNat.PortChoice;
import org.junit.jupiter.api.Test;

/** Routers of all kinds: what they let through, what they forget, and how they stand behind each other. */
class RouterTest {
    private static final InetSocketAddress INSIDE = new InetSocketAddress("192.168.1.2", 4001);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SEEDS = 10;

    private interface Story {
        void tell(World world) throws Exception;
    }

    /** Public servers and whatever a story adds. */
    private record World(Simulation simulation, List<SimulatedEnvironment> servers) {
        InetSocketAddress server(int index, int port) {
            return new InetSocketAddress(servers.get(index).addresses().getFirst(), port);
        }

        TcpChannel dial(SimulatedEnvironment from, InetSocketAddress local, InetSocketAddress remote)
                throws IOException {
            return from.network().connectTcp(local, remote, Deadline.after(from, PATIENCE));
        }

        SimulatedNetwork network() {
            return simulation.network();
        }
    }

    private static void underSeeds(Story story) {
        Seeds.run(
                SEEDS,
                seed -> Simulation.run(seed, simulation -> {
                    List<SimulatedEnvironment> servers = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        servers.add(simulation.host("server" + i, "198.51.100." + (7 + i)));
                    }
                    story.tell(new World(simulation, servers));
                }));
    }

    private static Set<Integer> portsSeen(World world, SimulatedEnvironment host, InetSocketAddress local)
            throws Exception {
        Set<Integer> ports = new HashSet<>();
        UdpSocket socket = host.network().bindUdp(local);
        for (int server = 0; server < 2; server++) {
            for (int port = 1; port <= 2; port++) {
                UdpSocket there = world.servers.get(server).network().bindUdp(world.server(server, port));
                socket.send(bytes("?"), world.server(server, port));
                ports.add(there.receive(ByteBuffer.allocate(1)).getPort());
                there.close();
            }
        }
        socket.close();
        return ports;
    }

    @Test
    void aMappingDependsOnWhatItsKindSays() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1");
            SimulatedEnvironment host = world.simulation.host("host", nat, "192.168.1.2");
            int port = 4001;
            for (Mapping mapping : Mapping.values()) {
                nat.mapping(mapping);
                InetSocketAddress local = new InetSocketAddress("192.168.1.2", port++);
                assertThat(portsSeen(world, host, local))
                        .as(mapping.name())
                        .hasSize(
                                switch (mapping) {
                                    case ENDPOINT_INDEPENDENT -> 1;
                                    case ADDRESS_DEPENDENT -> 2;
                                    case ADDRESS_AND_PORT_DEPENDENT -> 4;
                                });
            }
        });
    }

    @Test
    void portsArePreservedCountedOrRandom() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1").mapping(Mapping.ADDRESS_AND_PORT_DEPENDENT);
            SimulatedEnvironment host = world.simulation.host("host", nat, "192.168.1.2");
            nat.ports(PortChoice.PRESERVING);
            assertThat(portsSeen(world, host, INSIDE)).containsExactly(4001);
            nat.ports(PortChoice.SEQUENTIAL);
            Set<Integer> counted = portsSeen(world, host, new InetSocketAddress("192.168.1.2", 4002));
            int first = counted.stream().mapToInt(Integer::intValue).min().orElseThrow();
            assertThat(counted).allMatch(port -> port < first + 4 || port > 65_000);
            nat.ports(PortChoice.RANDOM);
            assertThat(portsSeen(world, host, new InetSocketAddress("192.168.1.2", 4003)))
                    .hasSize(4)
                    .doesNotContain(4003);
        });
    }

    /**
     * As Linux does it: two hosts share a port towards different places, and only towards the same one the second
     * moves.
     */
    @Test
    void aPortThatIsPreservedIsSharedAmongDestinations() {
        underSeeds(world -> {
            SimulatedNat nat = world.network()
                    .nat("203.0.113.1")
                    .mapping(Mapping.ADDRESS_AND_PORT_DEPENDENT)
                    .ports(PortChoice.PRESERVING);
            SimulatedEnvironment one = world.simulation.host("one", nat, "192.168.1.2");
            SimulatedEnvironment two = world.simulation.host("two", nat, "192.168.1.3");
            UdpSocket first = one.network().bindUdp(INSIDE);
            UdpSocket second = two.network().bindUdp(new InetSocketAddress("192.168.1.3", 4001));
            UdpSocket here = world.servers.get(0).network().bindUdp(world.server(0, 1));
            UdpSocket there = world.servers.get(1).network().bindUdp(world.server(1, 1));
            first.send(bytes("1"), world.server(0, 1));
            assertThat(here.receive(ByteBuffer.allocate(1)).getPort()).isEqualTo(4001);
            second.send(bytes("2"), world.server(1, 1));
            assertThat(there.receive(ByteBuffer.allocate(1)).getPort()).isEqualTo(4001);
            second.send(bytes("2"), world.server(0, 1));
            assertThat(here.receive(ByteBuffer.allocate(1)).getPort()).isNotEqualTo(4001);
            here.send(bytes("!"), new InetSocketAddress("203.0.113.1", 4001));
            assertThat(first.receive(ByteBuffer.allocate(1))).isEqualTo(world.server(0, 1));
            there.send(bytes("!"), new InetSocketAddress("203.0.113.1", 4001));
            assertThat(second.receive(ByteBuffer.allocate(1))).isEqualTo(world.server(1, 1));
        });
    }

    @Test
    void aFullConeLetsStrangersConnectByTcpAndOthersDoNot() {
        underSeeds(world -> {
            for (Filtering filtering : Filtering.values()) {
                SimulatedNat nat = world.network()
                        .nat("203.0.113." + (1 + filtering.ordinal()))
                        .filtering(filtering);
                SimulatedEnvironment host = world.simulation.host(filtering.name(), nat, "192.168.1.2");
                TcpListener _ = host.network().listenTcp(INSIDE, 4, true);
                TcpListener server = world.servers.get(0).network().listenTcp(world.server(0, 100), 4, true);
                TcpChannel out = world.dial(host, INSIDE, world.server(0, 100));
                InetSocketAddress outside = server.accept().remoteAddress();
                boolean[] letIn = new boolean[2];
                for (int i = 0; i < 2; i++) {
                    try {
                        world.dial(world.servers.get(i), null, outside).close();
                        letIn[i] = true;
                    } catch (DeadlineExceededException walled) {
                        letIn[i] = false;
                    }
                }
                assertThat(letIn[0]).as("known, %s", filtering).isEqualTo(filtering.ordinal() < 2);
                assertThat(letIn[1]).as("unknown, %s", filtering).isEqualTo(filtering.ordinal() < 1);
                out.close();
                server.close();
            }
        });
    }

    @Test
    void hostsBehindOneRouterReachEachOtherFromOutsideOnlyIfItTurnsRound() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1").filtering(Filtering.ENDPOINT_INDEPENDENT);
            SimulatedEnvironment one = world.simulation.host("one", nat, "192.168.1.2");
            SimulatedEnvironment two = world.simulation.host("two", nat, "192.168.1.3");
            TcpListener inside = one.network().listenTcp(INSIDE, 4, true);
            world.servers.get(0).network().listenTcp(world.server(0, 1), 4, true);
            world.dial(one, INSIDE, world.server(0, 1));
            InetSocketAddress outside = new InetSocketAddress("203.0.113.1", 4001);
            assertThatThrownBy(() -> world.dial(two, null, outside)).isInstanceOf(DeadlineExceededException.class);
            nat.hairpin(true);
            TcpChannel turned = world.dial(two, null, outside);
            TcpChannel accepted = inside.accept();
            assertThat(accepted.remoteAddress().getAddress()).isEqualTo(nat.address());
            turned.write(bytes("round"));
            assertThat(read(accepted, 5)).isEqualTo("round");
        });
    }

    @Test
    void whatIsBehindTwoRoutersIsTranslatedTwiceAndLetInByBoth() {
        underSeeds(world -> {
            SimulatedNat provider = world.network().nat("203.0.113.1").filtering(Filtering.ENDPOINT_INDEPENDENT);
            SimulatedNat home = world.network().nat("100.64.0.2", provider).filtering(Filtering.ADDRESS_DEPENDENT);
            SimulatedNat neighbour = world.network().nat("100.64.0.3", provider);
            SimulatedEnvironment host = world.simulation.host("host", home, "192.168.1.2");
            SimulatedEnvironment other = world.simulation.host("other", neighbour, "192.168.1.2");
            TcpListener inside = host.network().listenTcp(INSIDE, 4, true);
            TcpListener server = world.servers.get(0).network().listenTcp(world.server(0, 1), 4, true);
            TcpChannel out = world.dial(host, INSIDE, world.server(0, 1));
            TcpChannel accepted = server.accept();
            assertThat(accepted.remoteAddress()).isEqualTo(new InetSocketAddress("203.0.113.1", 4001));
            accepted.write(bytes("back"));
            assertThat(read(out, 4)).isEqualTo("back");
            world.dial(world.servers.get(0), null, accepted.remoteAddress()).close();
            assertThat(inside.accept().remoteAddress().getAddress())
                    .isEqualTo(world.servers.get(0).addresses().getFirst());
            assertThatThrownBy(() -> world.dial(world.servers.get(1), null, accepted.remoteAddress()))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThatThrownBy(() -> world.dial(other, null, accepted.remoteAddress()))
                    .as("the provider does not turn round")
                    .isInstanceOf(DeadlineExceededException.class);
        });
    }

    @Test
    void equalPrivateNetworksDoNotMeet() {
        underSeeds(world -> {
            SimulatedEnvironment left =
                    world.simulation.host("left", world.network().nat("203.0.113.1"), "192.168.1.2");
            SimulatedEnvironment right =
                    world.simulation.host("right", world.network().nat("203.0.113.2"), "192.168.1.2");
            TcpListener own = left.network().listenTcp(INSIDE, 4, true);
            TcpChannel self = world.dial(left, null, INSIDE);
            self.write(bytes("me"));
            assertThat(read(own.accept(), 2)).isEqualTo("me");
            assertThatThrownBy(() -> world.dial(right, null, INSIDE)).isInstanceOf(ConnectException.class);
        });
    }

    @Test
    void aTcpConnectionThatIsSilentForTooLongDiesWithoutAWord() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1").tcpLifetime(Duration.ofMinutes(10));
            SimulatedEnvironment host = world.simulation.host("host", nat, "192.168.1.2");
            TcpListener server = world.servers.get(0).network().listenTcp(world.server(0, 1), 4, true);
            TcpChannel out = world.dial(host, INSIDE, world.server(0, 1));
            TcpChannel accepted = server.accept();
            for (int i = 0; i < 3; i++) {
                world.simulation.sleep(Duration.ofMinutes(9));
                accepted.write(bytes("alive"));
                assertThat(read(out, 5)).isEqualTo("alive");
            }
            world.simulation.sleep(Duration.ofMinutes(11));
            accepted.write(bytes("gone"));
            boolean[] heard = {false};
            world.simulation.spawn("listening", () -> {
                try {
                    heard[0] = out.read(ByteBuffer.allocate(1)) > 0;
                } catch (SocketException timedOut) {
                    heard[0] = false;
                }
            });
            world.simulation.sleep(Duration.ofMinutes(5));
            assertThat(heard[0]).isFalse();
        });
    }

    @Test
    void aRouterThatRestartsForgetsConnectionsAndPorts() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1");
            SimulatedEnvironment host = world.simulation.host("host", nat, "192.168.1.2");
            host.network().listenTcp(INSIDE, 4, true);
            nat.forwardTcp(4001, host, INSIDE);
            InetSocketAddress outside = new InetSocketAddress("203.0.113.1", 4001);
            world.dial(world.servers.get(0), null, outside);
            assertThat(nat.forwardedPorts()).isEqualTo(1);
            nat.restart();
            assertThat(nat.forwardedPorts()).isZero();
            assertThatThrownBy(() -> world.dial(world.servers.get(0), null, outside))
                    .isInstanceOf(DeadlineExceededException.class);
        });
    }

    @Test
    void aRefusalIsHeardWhereRoutersTellIt() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1");
            world.simulation.host("host", nat, "192.168.1.2");
            InetSocketAddress outside = new InetSocketAddress("203.0.113.1", 4001);
            SimulatedEnvironment server = world.servers.get(0);
            nat.refusal(Refusal.RESET);
            assertThatThrownBy(() -> world.dial(server, null, outside)).hasMessage("Connection refused");
            nat.refusal(Refusal.UNREACHABLE);
            assertThatThrownBy(() -> world.dial(server, null, outside)).isInstanceOf(NoRouteToHostException.class);
            InetSocketAddress absent = new InetSocketAddress("198.51.100.99", 1);
            assertThatThrownBy(() -> world.dial(server, null, absent)).isInstanceOf(DeadlineExceededException.class);
            world.network().unusedAddresses(Refusal.UNREACHABLE);
            assertThatThrownBy(() -> world.dial(server, null, absent)).isInstanceOf(NoRouteToHostException.class);
        });
    }

    @Test
    void ip6IsNotTranslatedButFilteredWhereTheRouterDoes() {
        underSeeds(world -> {
            SimulatedEnvironment server = world.simulation.host("server6", "2001:db8::1");
            SimulatedEnvironment stranger = world.simulation.host("stranger6", "2001:db8::2");
            SimulatedNat nat = world.network().nat("203.0.113.1");
            SimulatedEnvironment host = world.simulation.host("host", nat, "192.168.1.2", "2001:db8:1::2");
            SimulatedEnvironment sibling = world.simulation.host("sibling", nat, "192.168.1.3", "2001:db8:1::3");
            InetSocketAddress inside = new InetSocketAddress("2001:db8:1::2", 4001);
            InetSocketAddress outside = new InetSocketAddress("2001:db8::1", 1);
            host.network().listenTcp(inside, 4, true);
            TcpListener listener = server.network().listenTcp(outside, 4, true);
            world.dial(stranger, null, inside).close();
            nat.filterIp6(Filtering.ADDRESS_DEPENDENT);
            assertThatThrownBy(() -> world.dial(stranger, null, inside)).isInstanceOf(DeadlineExceededException.class);
            world.dial(sibling, null, inside).close();
            world.dial(host, inside, outside);
            assertThat(listener.accept().remoteAddress()).isEqualTo(inside);
            world.dial(server, null, inside).close();
            assertThatThrownBy(() -> world.dial(stranger, null, inside)).isInstanceOf(DeadlineExceededException.class);
        });
    }

    @Test
    void datagramsThatAreTooLongAreLostOnTheWayOrRefusedAtHome() {
        underSeeds(world -> {
            SimulatedEnvironment one = world.servers.get(0);
            SimulatedEnvironment two = world.servers.get(1);
            UdpSocket here = one.network().bindUdp(world.server(0, 1));
            UdpSocket there = two.network().bindUdp(world.server(1, 1));
            world.network().link(one, two).mtu(1280);
            here.send(ByteBuffer.allocate(1253), world.server(1, 1));
            here.send(ByteBuffer.allocate(1252), world.server(1, 1));
            ByteBuffer arrived = ByteBuffer.allocate(2000);
            there.receive(arrived);
            assertThat(arrived.position()).as("the longer one is lost").isEqualTo(1252);
            one.mtu(1500);
            here.send(ByteBuffer.allocate(1472), world.server(1, 1));
            assertThatThrownBy(() -> here.send(ByteBuffer.allocate(1473), world.server(1, 1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Message too long");
        });
    }

    @Test
    void aPortIsMappedByNatPmpUntilItsLeaseEnds() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1").mapsPorts("192.168.1.1", Duration.ofMinutes(2));
            SimulatedEnvironment host = world.simulation.host("host", nat, "192.168.1.2");
            host.network().listenTcp(INSIDE, 4, true);
            InetAddress gateway = host.network().gateways().getFirst();
            assertThat(gateway.getHostAddress()).isEqualTo("192.168.1.1");
            UdpSocket socket = host.network().bindUdp(new InetSocketAddress("192.168.1.2", 0));
            ByteBuffer request = ByteBuffer.allocate(12)
                    .put(1, (byte) 2)
                    .putShort(4, (short) 4001)
                    .putShort(6, (short) 5001)
                    .putInt(8, 3600);
            socket.send(request, new InetSocketAddress(gateway, 5351));
            ByteBuffer answer = ByteBuffer.allocate(64);
            socket.receive(answer);
            assertThat(answer.flip().remaining()).isEqualTo(16);
            assertThat(answer.getShort(2)).as("result").isZero();
            assertThat(answer.getShort(10) & 0xffff).as("outside port").isEqualTo(5001);
            assertThat(answer.getInt(12)).as("no longer than the router likes").isEqualTo(120);
            InetSocketAddress outside = new InetSocketAddress("203.0.113.1", 5001);
            world.dial(world.servers.get(1), null, outside).close();
            world.simulation.sleep(Duration.ofMinutes(3));
            assertThatThrownBy(() -> world.dial(world.servers.get(1), null, outside))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(nat.forwardedPorts()).isZero();
        });
    }

    @Test
    void aHostThatIsOffDoesNotCutOffItsSiblings() {
        underSeeds(world -> {
            SimulatedNat nat = world.network().nat("203.0.113.1");
            SimulatedEnvironment one = world.simulation.host("one", nat, "192.168.1.2");
            SimulatedEnvironment two = world.simulation.host("two", nat, "192.168.1.3");
            InetSocketAddress local = new InetSocketAddress("192.168.1.3", 4001);
            two.network().listenTcp(local, 4, true);
            nat.forwardTcp(4001, two, local);
            one.powerOff();
            world.dial(world.servers.get(0), null, new InetSocketAddress("203.0.113.1", 4001))
                    .close();
        });
    }
}
