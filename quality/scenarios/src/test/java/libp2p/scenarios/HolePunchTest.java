package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.dcutr.HolePunchLimits;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.nat.dcutr.PunchEvent;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayLimits;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.simulator.SimulatedNat.Mapping;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Hole punching between whole hosts behind routers, and what a hostile peer cannot have by it. */
class HolePunchTest {
    private static final Duration LATENCY = Duration.ofMillis(25);
    private static final int CONNECT = 100;
    private static final int SYNC = 300;

    /** A dialer and a reserved host, each behind a router of its own, and a relay in the open. */
    private record Routers(World world, TestNode relay, TestNode dialer, TestNode target, DialLog dials) {
        PeerAddress circuit() {
            Multiaddr address = Circuits.through(relay.host().addresses().getFirst(), relay.id());
            return PeerAddress.of(target.id(), List.of(address));
        }

        boolean isDirect() {
            return dialer.connections(target).stream().anyMatch(Connection::isDirect);
        }
    }

    private static Routers routers(
            World world, Mapping dialerMapping, Filtering dialerFilter, Mapping targetMapping, Filtering targetFilter)
            throws Exception {
        SimulatedEnvironment a = world.simulation().host("a", "10.1.0.2");
        SimulatedEnvironment b = world.simulation().host("b", "10.2.0.2");
        world.network().defaultLatency(LATENCY);
        world.network()
                .putBehind(world.network().nat("8.8.1.1").mapping(dialerMapping).filtering(dialerFilter), a);
        world.network()
                .putBehind(world.network().nat("8.8.2.1").mapping(targetMapping).filtering(targetFilter), b);
        TestNode relay = world.node(
                world.simulation().host("relay", "8.8.0.1"),
                builder -> builder.with(Relay.server(RelayLimits.DEFAULT)),
                "/ip4/8.8.0.1/tcp/4001");
        DialLog dials = new DialLog(a);
        TestNode dialer =
                world.node(a, builder -> builder.environment(dials).with(Nat.create()), "/ip4/10.1.0.2/tcp/4001");
        TestNode target = world.node(
                b, builder -> builder.with(Nat.create().withRelay(relay.address())), "/ip4/10.2.0.2/tcp/4001");
        world.sleep(Duration.ofSeconds(10));
        return new Routers(world, relay, dialer, target, dials);
    }

    private static Routers open(World world) throws Exception {
        return routers(
                world,
                Mapping.ENDPOINT_INDEPENDENT,
                Filtering.ADDRESS_AND_PORT_DEPENDENT,
                Mapping.ENDPOINT_INDEPENDENT,
                Filtering.ADDRESS_AND_PORT_DEPENDENT);
    }

    @Test
    void twoHostsBehindRoutersThatKeepTheirPortsConnectDirectly() {
        World.underManySeeds(world -> {
            Routers routers = open(world);
            routers.dialer.host().connect(routers.circuit());
            Duration took = world.timed(() -> {
                while (!routers.isDirect()) {
                    world.sleep(Duration.ofMillis(50));
                    assertThat(world.simulation().elapsed()).isLessThan(Duration.ofMinutes(1));
                }
            });
            assertThat(took).isLessThan(Duration.ofSeconds(4));
            Connection direct = routers.dialer.connections(routers.target).stream()
                    .filter(Connection::isDirect)
                    .findFirst()
                    .orElseThrow();
            assertThat(direct.remotePeer()).isEqualTo(routers.target.id());
            assertThat(direct.isLimited()).isFalse();
            try (Stream echo = routers.dialer.open(routers.target, "/echo/1.0.0")) {
                assertThat(echo.connection().isDirect()).isTrue();
            }
            world.sleep(Duration.ofSeconds(30));
            assertThat(routers.dialer.connections(routers.target))
                    .as("the relayed connection has ended")
                    .allMatch(Connection::isDirect);
        });
    }

    /**
     * Of a hundred packets five get lost, and each takes up to 20 ms longer: three tries are enough under every seed.
     */
    @Test
    void packetsThatGetLostDoNotKeepHostsOnTheRelay() {
        World.underSeeds(40, world -> {
            Routers routers = open(world);
            SimulatedEnvironment relay = routers.relay.environment();
            SimulatedEnvironment dialer = routers.dialer.environment();
            SimulatedEnvironment target = routers.target.environment();
            List.of(
                            world.network().link(dialer, relay),
                            world.network().link(relay, target),
                            world.network().link(dialer, target))
                    .forEach(link -> link.loss(0.05).jitter(Duration.ofMillis(20)));
            try (Subscription<PunchEvent> told = routers.dialer.host().events().subscribe(PunchEvent.class)) {
                routers.dialer.host().connect(routers.circuit());
                PunchEvent last = Objects.requireNonNull(told.take(Deadline.NONE));
                for (int attempt = 1; last.result() != PunchEvent.Result.CONNECTED; attempt++) {
                    assertThat(attempt).isLessThan(3);
                    last = Objects.requireNonNull(told.take(Deadline.NONE));
                }
                assertThat(routers.isDirect()).isTrue();
            }
        });
    }

    /**
     * A peer asks again when it has given up: this host dials again at that moment, whatever became of its last try.
     */
    @Test
    void aSecondRequestEndsTheAnswerToTheFirst() {
        World.underSeeds(10, world -> {
            Routers routers = open(world);
            Connection relayed = hostile(routers);
            try (Subscription<PunchEvent> told = routers.dialer.host().events().subscribe(PunchEvent.class)) {
                ask(routers, relayed, "/ip4/9.9.9.9/tcp/443");
                world.sleep(Duration.ofMillis(500));
                assertThat(told.poll()).isNull();
                int before = routers.dials.entries().size();
                ask(routers, relayed, "/ip4/9.9.9.9/tcp/443");
                PunchEvent first = Objects.requireNonNull(told.take(Deadline.NONE));
                assertThat(first.attempt()).isEqualTo(1);
                assertThat(first.result()).isEqualTo(PunchEvent.Result.FAILED);
                world.sleep(Duration.ofMillis(100));
                assertThat(routers.dials.entries()).hasSizeGreaterThan(before);
                assertThat(told.poll()).isNull();
                PunchEvent second = Objects.requireNonNull(told.take(Deadline.NONE));
                assertThat(second.attempt()).isEqualTo(2);
                assertThat(second.result()).isEqualTo(PunchEvent.Result.FAILED);
            }
        });
    }

    /** The whole exchange of a peer that speaks by hand: it names an address, and says that it is time. */
    private static void ask(Routers routers, Connection relayed, String... addresses) throws IOException {
        Stream dcutr = relayed.openAllowingLimited(
                Deadline.after(routers.target.environment(), Duration.ofSeconds(10)), HolePuncher.PROTOCOL);
        dcutr.write(connect(addresses));
        read(dcutr);
        dcutr.write(Delimited.frame(new ProtobufWriter().enumeration(1, SYNC).toByteArray()));
    }

    /**
     * Where both routers map each destination to another port no hole can be punched: three tries, and the relay still
     * serves.
     */
    @Test
    void whatCannotBePunchedStaysOnTheRelayAfterThreeTries() {
        World.underSeeds(10, world -> {
            Routers routers = routers(
                    world,
                    Mapping.ADDRESS_AND_PORT_DEPENDENT,
                    Filtering.ADDRESS_AND_PORT_DEPENDENT,
                    Mapping.ADDRESS_AND_PORT_DEPENDENT,
                    Filtering.ADDRESS_AND_PORT_DEPENDENT);
            try (Subscription<PunchEvent> events =
                            routers.target.host().events().subscribe(PunchEvent.class);
                    Subscription<PunchEvent> answers =
                            routers.dialer.host().events().subscribe(PunchEvent.class)) {
                routers.dialer.host().connect(routers.circuit());
                world.sleep(Duration.ofSeconds(60));
                for (int attempt = 1; attempt <= 3; attempt++) {
                    PunchEvent answer = Objects.requireNonNull(answers.poll());
                    assertThat(answer.attempt()).isEqualTo(attempt);
                    assertThat(answer.result()).isEqualTo(PunchEvent.Result.FAILED);
                }
                assertThat(answers.poll()).isNull();
                assertThat(routers.dialer
                                .host()
                                .find(HolePuncher.class)
                                .orElseThrow()
                                .attempts(PunchEvent.Via.PUNCH, PunchEvent.Result.FAILED))
                        .isEqualTo(3);
                int tries = 0;
                for (PunchEvent event; (event = events.poll()) != null; ) {
                    assertThat(event.result()).isNotEqualTo(PunchEvent.Result.CONNECTED);
                    tries += event.via() == PunchEvent.Via.PUNCH ? 1 : 0;
                }
                assertThat(tries).isEqualTo(3);
            }
            assertThat(routers.isDirect()).isFalse();
            assertThat(Ping.once(routers.dialer.host(), routers.circuit())).isPositive();
            assertThat(routers.target
                            .host()
                            .find(HolePuncher.class)
                            .orElseThrow()
                            .failed())
                    .isEqualTo(1);
        });
    }

    /**
     * The router of the dialer lets all traffic in, so that the target reaches the dialer's listener, where it waits
     * for the dialer to begin.
     */
    @Test
    void aListenerThatIsReachedByTheOtherHalfOfAPunchBeginsTheHandshake() {
        World.underSeeds(10, world -> {
            Routers routers = routers(
                    world,
                    Mapping.ENDPOINT_INDEPENDENT,
                    Filtering.ENDPOINT_INDEPENDENT,
                    Mapping.ADDRESS_AND_PORT_DEPENDENT,
                    Filtering.ADDRESS_AND_PORT_DEPENDENT);
            try (Subscription<PunchEvent> events =
                    routers.target.host().events().subscribe(PunchEvent.class)) {
                routers.dialer.host().connect(routers.circuit());
                PunchEvent first = Objects.requireNonNull(events.take(Deadline.NONE));
                assertThat(first.attempt()).isEqualTo(1);
                assertThat(first.result()).isEqualTo(PunchEvent.Result.CONNECTED);
                assertThat(first.after()).isLessThan(Duration.ofMillis(1100));
                Connection made = routers.dialer.connections(routers.target).stream()
                        .filter(Connection::isDirect)
                        .findFirst()
                        .orElseThrow();
                assertThat(made.direction()).isEqualTo(Direction.INBOUND);
            }
        });
    }

    /** A peer that names the addresses of others for a punch does them no harm: who begins is served as ever. */
    @Test
    void whoBeginsIsServedThoughAnotherPeerIsExpectedFromItsAddress() {
        World.underSeeds(5, world -> {
            Routers routers = open(world);
            TestNode relay = routers.relay;
            PeerAddress expected = PeerAddress.of(routers.target.id(), List.of(Multiaddr.parse("/ip4/8.8.1.1/tcp/1")));
            relay.host().expectPunch(expected, Deadline.after(relay.environment(), Duration.ofMinutes(1)));
            routers.dialer.connect(relay);
            assertThat(Ping.once(routers.dialer.host(), relay.address())).isPositive();
        });
    }

    /**
     * The same, but the dialer shares its port with WebSocket and waits for the first bytes before it takes a
     * connection for one of TCP alone. That both wait is noticed within three seconds, and the second try has other
     * roles.
     */
    @Test
    void aClashOfRolesIsNoticedAndTheSecondTryConnects() {
        World.underSeeds(10, world -> {
            Routers routers = routers(
                    world,
                    Mapping.ENDPOINT_INDEPENDENT,
                    Filtering.ENDPOINT_INDEPENDENT,
                    Mapping.ADDRESS_AND_PORT_DEPENDENT,
                    Filtering.ADDRESS_AND_PORT_DEPENDENT);
            routers.dialer.host().listen(Multiaddr.parse("/ip4/10.1.0.2/tcp/4001/ws"));
            try (Subscription<PunchEvent> events =
                    routers.target.host().events().subscribe(PunchEvent.class)) {
                routers.dialer.host().connect(routers.circuit());
                PunchEvent first = Objects.requireNonNull(events.take(Deadline.NONE));
                assertThat(first.attempt()).isEqualTo(1);
                assertThat(first.result()).isEqualTo(PunchEvent.Result.FAILED);
                assertThat(first.after()).isLessThan(Duration.ofSeconds(3));
                PunchEvent second = Objects.requireNonNull(events.take(Deadline.NONE));
                assertThat(second.attempt()).isEqualTo(2);
                assertThat(second.result()).isEqualTo(PunchEvent.Result.CONNECTED);
                assertThat(second.after()).isLessThan(Duration.ofMillis(6500));
            }
        });
    }

    @Test
    void aPeerThatOffersToPunchLaterIsAskedThen() {
        World.underSeeds(5, world -> {
            Routers routers = open(world);
            routers.dialer.host().find(HolePuncher.class).orElseThrow().close();
            routers.dialer.host().connect(routers.circuit());
            world.sleep(Duration.ofSeconds(2));
            AtomicInteger asked = new AtomicInteger();
            routers.dialer
                    .host()
                    .handle(
                            HolePuncher.PROTOCOL,
                            HandlerOptions.DEFAULT.withAllowLimited(true),
                            stream -> asked.incrementAndGet());
            world.sleep(Duration.ofSeconds(5));
            assertThat(asked).hasPositiveValue();
        });
    }

    /** A relayed connection from the dialer to a peer that speaks by hand. */
    private static Connection hostile(Routers routers) throws Exception {
        routers.target.host().find(HolePuncher.class).orElseThrow().close();
        routers.dialer.host().connect(routers.circuit());
        routers.world.sleep(Duration.ofSeconds(2));
        routers.dials.begin();
        return routers.target.connections(routers.dialer).stream()
                .filter(connection -> connection.direction() == Direction.INBOUND)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] connect(String... addresses) {
        ProtobufWriter message = new ProtobufWriter().enumeration(1, CONNECT);
        for (String address : addresses) {
            message.bytes(2, Multiaddr.parse(address).toBytes());
        }
        return Delimited.frame(message.toByteArray());
    }

    @Test
    void noPacketGoesToPrivateAddressesOrToThoseOfTheHostItself() {
        World.underManySeeds(world -> {
            Routers routers = open(world);
            Connection relayed = hostile(routers);
            Stream dcutr = relayed.openAllowingLimited(
                    Deadline.after(routers.target.environment(), Duration.ofSeconds(10)), HolePuncher.PROTOCOL);
            dcutr.write(connect(
                    "/ip4/10.1.0.9/tcp/22",
                    "/ip4/127.0.0.1/tcp/22",
                    "/ip4/10.1.0.2/tcp/4001",
                    "/ip4/169.254.0.1/tcp/80",
                    "/ip4/8.8.0.1/tcp/4001/p2p/" + routers.relay.id() + "/p2p-circuit"));
            assertThatThrownBy(() -> read(dcutr)).isInstanceOf(IOException.class);
            world.sleep(Duration.ofSeconds(20));
            assertThat(routers.dials.entries()).isEmpty();
        });
    }

    private static byte[] read(Stream stream) throws IOException {
        byte[] message = Delimited.readOrEnd("HolePunch", stream.input(), 4096);
        if (message == null) {
            throw new EOFException("the stream ended");
        }
        return message;
    }

    @Test
    void aMessageMakesAtMostTenDials() {
        World.underSeeds(5, world -> {
            Routers routers = open(world);
            Connection relayed = hostile(routers);
            String[] victims = new String[30];
            for (int i = 0; i < victims.length; i++) {
                victims[i] = "/ip4/9.9.9." + (i + 1) + "/tcp/443";
            }
            ask(routers, relayed, victims);
            world.sleep(Duration.ofSeconds(30));
            assertThat(routers.dials.entries().stream()
                            .map(DialLog.Entry::ip)
                            .filter(ip -> ip.startsWith("9.9."))
                            .distinct())
                    .hasSizeBetween(1, 10);
        });
    }

    @Test
    void anotherPeerAtTheAddressIsFoundOutBeforeAnyStreamIsServed() {
        World.underSeeds(5, world -> {
            Routers routers = open(world);
            TestNode other =
                    world.node(world.simulation().host("other", "9.9.9.9"), builder -> {}, "/ip4/9.9.9.9/tcp/4001");
            Connection relayed = hostile(routers);
            try (Subscription<ConnectednessChanged> seen =
                    routers.dialer.host().events().subscribe(ConnectednessChanged.class)) {
                ask(routers, relayed, "/ip4/9.9.9.9/tcp/4001");
                world.sleep(Duration.ofSeconds(30));
                assertThat(routers.dials.entries())
                        .extracting(DialLog.Entry::ip)
                        .contains("9.9.9.9");
                for (ConnectednessChanged change; (change = seen.poll()) != null; ) {
                    assertThat(change.peer()).isNotEqualTo(other.id());
                }
            }
            assertThat(routers.dialer.connections(other)).isEmpty();
            assertThat(other.connections(routers.dialer)).isEmpty();
            assertThat(routers.isDirect()).isFalse();
        });
    }

    @Test
    void aStormOfRequestsIsRefused() {
        World.underSeeds(5, world -> {
            Routers routers = open(world);
            Connection relayed = hostile(routers);
            int answered = 0;
            for (int i = 0; i < 40; i++) {
                try (Stream dcutr = relayed.openAllowingLimited(
                        Deadline.after(routers.target.environment(), Duration.ofSeconds(10)), HolePuncher.PROTOCOL)) {
                    dcutr.write(connect("/ip4/9.9.9.9/tcp/443"));
                    read(dcutr);
                    answered++;
                } catch (StreamResetException | EOFException refused) {
                    continue;
                }
            }
            assertThat(answered)
                    .isLessThanOrEqualTo(HolePunchLimits.DEFAULT.perPeer().burst() + 4);
        });
    }

    /** The end that was dialed through the relay begins; the other one is not answered. */
    @Test
    void theEndThatDialedThroughTheRelayMayNotAsk() {
        World.underSeeds(5, world -> {
            Routers routers = open(world);
            routers.dialer.host().find(HolePuncher.class).orElseThrow().close();
            routers.dialer.host().connect(routers.circuit());
            Connection relayed = routers.dialer.connections(routers.target).stream()
                    .filter(connection -> connection.direction() == Direction.OUTBOUND)
                    .findFirst()
                    .orElseThrow();
            assertThatThrownBy(() -> {
                        Stream dcutr = relayed.openAllowingLimited(
                                Deadline.after(routers.dialer.environment(), Duration.ofSeconds(10)),
                                HolePuncher.PROTOCOL);
                        dcutr.write(connect("/ip4/9.9.9.9/tcp/443"));
                        read(dcutr);
                    })
                    .isInstanceOf(StreamResetException.class);
        });
    }
}
