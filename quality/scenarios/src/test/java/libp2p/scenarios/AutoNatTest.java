package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.AddressReachabilityChanged;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.peer.AddressBook.State;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autonat.AutoNatLimits;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The findings of hosts about themselves by AutoNAT, and the acts to which strangers cannot bring its servers. */
class AutoNatTest {
    private static final String VICTIM = "/ip4/9.9.9.9/tcp/443";
    private static final int OK = 200;
    private static final int REJECTED = 100;
    private static final int REFUSED = 101;

    private static TestNode server(World world, int number) throws IOException {
        String ip = "8.8." + number + ".1";
        return world.node(
                world.simulation().host("server" + number, ip),
                builder -> builder.with(Nat.create().withAutoNatService()),
                "/ip4/" + ip + "/tcp/4001");
    }

    private static List<TestNode> servers(World world) throws IOException {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            servers.add(server(world, i));
        }
        return servers;
    }

    private static Reachability found(World world, TestNode node, List<TestNode> servers) throws Exception {
        try (Subscription<ReachabilityChanged> events = node.host().events().subscribe(ReachabilityChanged.class)) {
            for (TestNode server : servers) {
                node.connect(server);
            }
            Deadline deadline = Deadline.after(node.environment(), Duration.ofMinutes(3));
            ReachabilityChanged event;
            do {
                event = events.take(deadline);
                assertThat(event)
                        .as("%s", node.host().find(AutoNat.class).orElseThrow().report())
                        .isNotNull();
            } while (event.reachability() == Reachability.UNKNOWN);
            return event.reachability();
        }
    }

    @Test
    void aHostInTheOpenIsPublicAndItsAddressConfirmed() {
        World.underSeeds(5, world -> {
            List<TestNode> servers = servers(world);
            TestNode node = world.node(
                    world.simulation().host("node", "8.9.0.1"),
                    builder -> builder.with(Nat.create()),
                    "/ip4/8.9.0.1/tcp/4001");
            List<AddressReachabilityChanged> told = new ArrayList<>();
            node.host().events().subscribe(AddressReachabilityChanged.class, told::add);
            assertThat(found(world, node, servers)).isEqualTo(Reachability.PUBLIC);
            Multiaddr own = Multiaddr.parse("/ip4/8.9.0.1/tcp/4001");
            assertThat(node.host().addressBook().entries())
                    .anyMatch(entry ->
                            entry.state() == State.CONFIRMED && entry.address().equals(own));
            world.simulation().settle();
            assertThat(told.getFirst().reachable()).isEmpty();
            assertThat(told.getLast().reachable()).containsExactly(own);
        });
    }

    /** AutoNAT on a host whose peerstore fails once. */
    private static final class Stumbling implements HostService {
        private final AutoNat autoNat = new AutoNat(AutoNatLimits.DEFAULT, Publicness.STRICT, false);
        private final AtomicInteger failures = new AtomicInteger(1);

        @Override
        public void start(Host host) {
            autoNat.start((Host) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("peerstore") && failures.getAndDecrement() > 0) {
                            throw new IllegalStateException("not now");
                        }
                        try {
                            return method.invoke(host, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }

        @Override
        public void listening() {
            autoNat.listening();
        }

        @Override
        public void connectionOpened(Connection connection) {
            autoNat.connectionOpened(connection);
        }

        @Override
        public void connectionClosed(Connection connection) {
            autoNat.connectionClosed(connection);
        }

        @Override
        public void close() {
            autoNat.close();
        }
    }

    @Test
    void aLookThatFailsIsNotTheLast() {
        World.underSeeds(2, world -> {
            List<TestNode> servers = servers(world);
            Stumbling part = new Stumbling();
            TestNode node = world.node(
                    world.simulation().host("node", "8.9.0.1"), builder -> builder.with(part), "/ip4/8.9.0.1/tcp/4001");
            for (TestNode server : servers) {
                node.connect(server);
            }
            world.sleep(Duration.ofMinutes(1));
            assertThat(part.failures.get()).as("the look failed").isLessThanOrEqualTo(0);
            assertThat(part.autoNat.report().state()).isEqualTo(Reachability.PUBLIC);
        });
    }

    @Test
    void aHostBehindARouterIsPrivateAndItsOutsideAddressNotAnnounced() {
        World.underSeeds(5, world -> {
            for (Filtering filtering : List.of(Filtering.ADDRESS_AND_PORT_DEPENDENT)) {
                List<TestNode> servers = servers(world);
                SimulatedEnvironment inside = world.simulation().host("node", "10.1.0.2");
                world.network().putBehind(world.network().nat("8.9.0.2").filtering(filtering), inside);
                TestNode node = world.node(inside, builder -> builder.with(Nat.create()), "/ip4/10.1.0.2/tcp/4001");
                assertThat(found(world, node, servers)).isEqualTo(Reachability.PRIVATE);
                assertThat(node.host().addresses()).noneMatch(Multiaddr::isPublic);
            }
        });
    }

    private static byte[] request(String... addresses) {
        return Delimited.frame(new ProtobufWriter()
                .message(1, inner -> {
                    for (String address : addresses) {
                        inner.bytes(1, Multiaddr.parse(address).toBytes());
                    }
                    inner.fixed64(2, 7);
                })
                .toByteArray());
    }

    private static byte[] data(int bytes) {
        return Delimited.frame(new ProtobufWriter()
                .message(4, inner -> inner.bytes(1, new byte[bytes]))
                .toByteArray());
    }

    /** The number of the message in an answer: 2 for a response, 3 for a wish for data; and its first number. */
    private record Answer(int message, long first, long second) {}

    private static Answer read(Stream stream) throws IOException {
        byte[] bytes = Delimited.read("answer", stream.input(), 8192);
        ProtobufReader in = ProtobufReader.of("answer", bytes, 8192, 100);
        assertThat(in.next()).isTrue();
        int message = in.field();
        ProtobufReader inner = in.message("inner");
        long[] values = new long[4];
        while (inner.next()) {
            values[inner.field()] = inner.uint64();
        }
        return new Answer(message, values[1], values[2]);
    }

    /** A server whose dials are written down, and a stranger in the open. */
    private record Pair(TestNode server, DialLog dials, TestNode stranger) {
        static Pair in(World world) throws Exception {
            SimulatedEnvironment machine = world.simulation().host("server", "8.8.1.1");
            DialLog dials = new DialLog(machine);
            TestNode server = world.node(
                    machine,
                    builder -> builder.environment(dials).with(Nat.create().withAutoNatService()),
                    "/ip4/8.8.1.1/tcp/4001");
            TestNode stranger =
                    world.node(world.simulation().host("stranger", "8.7.0.1"), builder -> {}, "/ip4/8.7.0.1/tcp/4001");
            dials.begin();
            return new Pair(server, dials, stranger);
        }

        Stream ask() throws IOException {
            return stranger.open(server, ProbeServer.PROTOCOL);
        }
    }

    @Test
    void noPacketGoesToAnotherAddressBeforeItWasPaidFor() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            Stream stream = pair.ask();
            stream.write(request(VICTIM));
            Answer wish = read(stream);
            assertThat(wish.message()).isEqualTo(3);
            assertThat(wish.second()).isBetween(30_000L, 100_000L);
            long most = wish.second() - 1;
            for (long sent = 0; sent < most; sent += 4000) {
                stream.write(data((int) Math.min(4000, most - sent)));
            }
            world.sleep(Duration.ofSeconds(10));
            assertThat(pair.dials().entries()).isEmpty();
            stream.write(data(1));
            world.sleep(Duration.ofSeconds(5));
            assertThat(pair.dials().entries()).extracting(DialLog.Entry::ip).containsExactly("9.9.9.9");
            stream.reset(0);
        });
    }

    @Test
    void dataInCrumbsDoesNotPay() {
        World.underSeeds(5, world -> {
            Pair pair = Pair.in(world);
            Stream stream = pair.ask();
            stream.write(request(VICTIM));
            assertThat(read(stream).message()).isEqualTo(3);
            stream.write(data(99));
            assertThatThrownBy(() -> read(stream)).isInstanceOf(IOException.class);
            assertThat(pair.dials().entries()).isEmpty();
        });
    }

    @Test
    void privateAndRelayedAddressesAreNeverDialed() {
        World.underSeeds(5, world -> {
            Pair pair = Pair.in(world);
            try (Stream stream = pair.ask()) {
                stream.write(request(
                        "/ip4/10.0.0.1/tcp/22",
                        "/ip4/127.0.0.1/tcp/22",
                        "/ip4/9.9.9.9/tcp/4001/p2p/" + pair.server().id() + "/p2p-circuit",
                        "/ip4/169.254.169.254/tcp/80"));
                assertThat(read(stream)).isEqualTo(new Answer(2, REFUSED, 0));
            }
            try (Stream older = pair.stranger().open(pair.server(), DialBackServer.PROTOCOL)) {
                older.write(Delimited.frame(new ProtobufWriter()
                        .enumeration(1, 0)
                        .message(
                                2,
                                dial -> dial.message(
                                        1,
                                        info -> info.bytes(
                                                        1, pair.stranger().id().toBytes())
                                                .bytes(
                                                        2,
                                                        Multiaddr.parse(VICTIM).toBytes())))
                        .toByteArray()));
                older.closeWrite();
                older.input().readAllBytes();
            }
            assertThat(pair.dials().entries())
                    .as("version 1 dials only where the client comes from")
                    .extracting(DialLog.Entry::ip)
                    .allMatch("8.7.0.1"::equals);
        });
    }

    @Test
    void onePeerIsServedTwelveTimesAMinute() {
        World.underSeeds(3, world -> {
            Pair pair = Pair.in(world);
            int served = 0;
            for (int i = 0; i < 20; i++) {
                try (Stream stream = pair.ask()) {
                    stream.write(request("/ip4/8.7.0.1/tcp/4001"));
                    long status = read(stream).first();
                    assertThat(status).isIn((long) OK, (long) REJECTED);
                    served += status == OK ? 1 : 0;
                }
            }
            assertThat(served).isBetween(12, 14);
        });
    }

    @Test
    void theServerIsNotTheOneThatDials() {
        World.underSeeds(3, world -> {
            Pair pair = Pair.in(world);
            try (Stream stream = pair.ask()) {
                stream.write(request("/ip4/8.7.0.1/tcp/4001"));
                assertThat(read(stream).first()).isEqualTo(OK);
            }
            assertThat(pair.dials().entries()).extracting(DialLog.Entry::ip).containsExactly("8.7.0.1");
            assertThat(pair.stranger().connections(pair.server())).hasSize(1);
        });
    }

    /** Six machines of six networks send their requests at the last moment, and then nothing of the data that they owe. */
    @Test
    void probesThatStallLeaveTheServerToOthers() {
        World.underSeeds(2, world -> {
            TestNode server = server(world, 1);
            byte[] request = request(VICTIM);
            List<TestNode> stalling = new ArrayList<>();
            for (int machine = 0; machine < 6; machine++) {
                String ip = "8." + (100 + machine) + ".0.1";
                SimulatedEnvironment place = world.simulation().host("stalling" + machine, ip);
                for (int id = 0; id < 6; id++) {
                    stalling.add(world.node(place, builder -> {}, "/ip4/" + ip + "/tcp/" + (5000 + id)));
                }
            }
            TestNode honest = world.node(
                    world.simulation().host("honest", "8.5.0.1"),
                    builder -> builder.with(Nat.create().withoutHolePunching()),
                    "/ip4/8.5.0.1/tcp/4001");
            for (int wave = 0; wave < 3; wave++) {
                List<Stream> held = new ArrayList<>();
                for (TestNode peer : stalling) {
                    for (int i = 0; i < 2; i++) {
                        Stream stream = peer.open(server, ProbeServer.PROTOCOL);
                        held.add(stream);
                        write(stream, new byte[] {request[0]});
                    }
                }
                assertThat(status(honest, server))
                        .as("beside streams of wave %s without a request", wave)
                        .isEqualTo(OK);
                world.sleep(Duration.ofMillis(14_000));
                held.forEach(stream -> write(stream, Arrays.copyOfRange(request, 1, request.length)));
                assertThat(status(honest, server))
                        .as("beside streams of wave %s without data", wave)
                        .isEqualTo(OK);
                world.sleep(Duration.ofSeconds(2));
            }
        });
    }

    private static long status(TestNode honest, TestNode server) throws IOException {
        try (Stream stream = honest.open(server, ProbeServer.PROTOCOL)) {
            stream.write(request("/ip4/8.5.0.1/tcp/4001"));
            return read(stream).first();
        }
    }

    /** The server may have ended the stream, because its place was needed. */
    private static void write(Stream stream, byte[] bytes) {
        try {
            stream.write(bytes);
        } catch (IOException ended) {
            // it has
        }
    }
}
