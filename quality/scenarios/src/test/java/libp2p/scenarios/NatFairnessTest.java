package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Merit;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.RelayPolicy;
import libp2p.nat.relay.RelayServer;
import libp2p.nat.relay.wire.HopMessage;
import libp2p.nat.relay.wire.ReservationInfo;
import libp2p.protocols.identify.Identify;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One stranger with many ids, and what is left of relays, AutoNAT and hole punching for all others. */
class NatFairnessTest {
    private static final int OK = 100;
    private static final int REFUSED = 200;

    private static TestNode at(World world, String name, String ip, Nat family) throws IOException {
        return world.node(
                world.simulation().host(name, ip), builder -> builder.with(family), "/ip4/" + ip + "/tcp/4001");
    }

    private static HopMessage hop(TestNode node, TestNode relay, HopMessage request) throws IOException {
        try (Stream hop = node.open(relay, RelayClient.HOP_PROTOCOL)) {
            hop.write(Delimited.frame(request.toBytes()));
            return HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096));
        }
    }

    /** A place that has ended is worth nothing, though the connection lives on. */
    @Test
    void aReservationThatHasEndedIsNoMerit() {
        World.underSeeds(2, world -> {
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            List<TestNode> once = new ArrayList<>();
            for (int wave = 0; wave < 2; wave++) {
                for (int i = 0; i < 8; i++) {
                    SimulatedEnvironment machine =
                            world.simulation().host("once" + wave + "-" + i, "8.7." + wave + "." + (i + 1));
                    TestNode peer = world.node(machine, builder -> {});
                    once.add(peer);
                    assertThat(hop(peer, relay, HopMessage.reserve()).status()).isEqualTo(OK);
                }
                world.sleep(Duration.ofMinutes(61));
            }
            long favoured = once.stream()
                    .filter(peer -> relay.host().connectionManager().value(peer.id()) > 0)
                    .count();
            assertThat(favoured)
                    .as("peers without a place that count as with one")
                    .isZero();
        });
    }

    /** A relay whose peer loses its last connection, and has a new one, between its place and the merit of that. */
    private static final class Overtaken implements HostService {
        private final RelayServer relay =
                new RelayServer(RelayLimits.DEFAULT, RelayPolicy.ALLOW_ALL, Publicness.STRICT);
        private boolean alone;

        @Override
        public void start(Host host) {
            ConnectionManager manager = instead(ConnectionManager.class, host.connectionManager(), "tag", arguments -> {
                PeerId peer = (PeerId) arguments[0];
                alone = true;
                relay.connectionClosed(host.connections(peer).getFirst());
                alone = false;
                host.connectionManager().tag(peer, (Merit) arguments[1]);
                return null;
            });
            Host without = instead(
                    Host.class,
                    host,
                    "connections",
                    arguments -> alone ? List.of() : host.connections((PeerId) arguments[0]));
            relay.start(instead(Host.class, without, "connectionManager", arguments -> manager));
        }

        @Override
        public void close() {
            relay.close();
        }
    }

    private static <T> T instead(Class<T> type, T real, String name, Function<Object[], Object> action) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        method.getName().equals(name) ? action.apply(arguments) : method.invoke(real, arguments)));
    }

    @Test
    void aReservationThatEndsBeforeItsMeritIsGivenIsNone() {
        World.underSeeds(1, world -> {
            Overtaken overtaken = new Overtaken();
            TestNode relay = world.node(
                    world.simulation().host("relay", "8.8.0.1"),
                    builder -> builder.with(overtaken),
                    "/ip4/8.8.0.1/tcp/4001");
            TestNode peer = world.node(world.simulation().host("peer", "8.7.0.1"), builder -> {});
            HopMessage answer = hop(peer, relay, HopMessage.reserve());
            assertThat(overtaken.relay.reservations()).isZero();
            assertThat(relay.host().connectionManager().value(peer.id()))
                    .as("the worth of a peer without a place")
                    .isZero();
            assertThat(answer.status()).isEqualTo(REFUSED);
        });
    }

    /** A relay that refuses is asked again after an hour, however many refuse. */
    @Test
    void aCrowdOfRelaysThatRefuseIsNotAskedAgainAndAgain() {
        World.underSeeds(1, world -> {
            TestNode node =
                    at(world, "node", "8.9.0.1", Nat.create().withAutoRelay().withoutHolePunching());
            AtomicInteger asked = new AtomicInteger();
            for (int i = 0; i < 90; i++) {
                TestNode pretender =
                        world.node(world.simulation().host("pretender" + i, "8." + (100 + i) + ".0.1"), builder -> {});
                pretender.host().handle(RelayClient.HOP_PROTOCOL, stream -> {
                    Delimited.read("hop", stream.input(), 4096);
                    asked.incrementAndGet();
                    stream.write(Delimited.frame(
                            HopMessage.status(REFUSED, null, null).toBytes()));
                    stream.closeWrite();
                });
                pretender.host().connect(node.address());
            }
            world.sleep(Duration.ofMinutes(1));
            int before = asked.get();
            world.sleep(Duration.ofSeconds(10));
            assertThat(asked.get() - before)
                    .as("requests in ten seconds, after %s", before)
                    .isLessThanOrEqualTo(10);
        });
    }

    /** Streams on which no request ever comes, as many as a few machines may open. */
    @Test
    void silentStreamsToARelayLeaveItForOthers() {
        World.underSeeds(1, world -> {
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            int opened = 0;
            for (int machine = 0; machine < 8; machine++) {
                SimulatedEnvironment place = world.simulation().host("silent" + machine, "8.7.0." + (machine + 1));
                for (int id = 0; id < 8; id++) {
                    TestNode silent =
                            world.node(place, builder -> {}, "/ip4/8.7.0." + (machine + 1) + "/tcp/" + (5000 + id));
                    for (int i = 0; i < 14; i++) {
                        opened += opens(silent, relay, RelayClient.HOP_PROTOCOL) ? 1 : 0;
                    }
                }
            }
            TestNode honest = at(world, "honest", "8.5.0.1", Nat.create());
            String measured = opened + " silent streams";
            HopMessage answer;
            try {
                answer = hop(honest, relay, HopMessage.reserve());
            } catch (IOException failed) {
                throw new AssertionError(measured + "; " + failed, failed);
            }
            assertThat(answer.status()).as(measured).isEqualTo(OK);
        });
    }

    private static boolean opens(TestNode node, TestNode other, String protocol) {
        try {
            node.open(other, protocol).write(new byte[] {(byte) 0x80}); // the first byte of a length
            return true;
        } catch (IOException full) {
            return false;
        }
    }

    /** As with relays: both versions of AutoNAT share the streams of one service. */
    @ParameterizedTest
    @ValueSource(strings = {DialBackServer.PROTOCOL, ProbeServer.PROTOCOL})
    void silentStreamsToAnAutoNatServerLeaveItForOthers(String protocol) {
        World.underSeeds(2, world -> {
            TestNode server = at(world, "server", "8.8.1.1", Nat.create().withAutoNatService());
            int opened = 0;
            for (int machine = 1; machine <= 3; machine++) {
                String ip = "8.7.0." + machine;
                SimulatedEnvironment place = world.simulation().host("silent" + machine, ip);
                for (int id = 0; id < 8; id++) {
                    TestNode silent = world.node(place, builder -> {}, "/ip4/" + ip + "/tcp/" + (5000 + id));
                    for (int i = 0; i < 4; i++) {
                        opened += opens(silent, server, protocol) ? 1 : 0;
                    }
                }
            }
            TestNode honest = at(world, "honest", "8.5.0.1", Nat.create().withoutHolePunching());
            String measured = opened + " silent streams";
            try {
                assertThat(status(honest, server, "/ip4/8.5.0.1/tcp/4001"))
                        .as(measured)
                        .isEqualTo(200);
            } catch (IOException failed) {
                throw new AssertionError(measured + "; " + failed, failed);
            }
        });
    }

    /** Twelve requests a minute of one peer, sixty of all: five ids of one machine would be all. */
    @Test
    void oneMachineLeavesMostOfAnAutoNatServerToOthers() {
        World.underSeeds(2, world -> {
            TestNode server = at(world, "server", "8.8.1.1", Nat.create().withAutoNatService());
            SimulatedEnvironment machine = world.simulation().host("crowd", "8.7.0.1");
            List<TestNode> crowd = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                crowd.add(world.node(machine, builder -> {}, "/ip4/8.7.0.1/tcp/" + (5000 + i)));
            }
            TestNode honest = at(world, "honest", "8.5.0.1", Nat.create().withoutHolePunching());
            int served = 0;
            int requests = 0;
            for (int minute = 0; minute < 3; minute++) {
                for (int round = 0; round < 12; round++) {
                    for (TestNode peer : crowd) {
                        status(peer, server, "/ip4/8.7.0.1/tcp/22");
                    }
                    requests += 6;
                }
                for (int i = 0; i < 4; i++) {
                    served += status(honest, server, "/ip4/8.5.0.1/tcp/4001") == 200 ? 1 : 0;
                }
                world.sleep(Duration.ofSeconds(50));
            }
            assertThat(served)
                    .as("of 12 honest requests beside %s of one machine", requests)
                    .isEqualTo(12);
        });
    }

    private static long status(TestNode peer, TestNode server, String address) throws IOException {
        try (Stream stream = peer.open(server, ProbeServer.PROTOCOL)) {
            stream.write(Delimited.frame(new ProtobufWriter()
                    .message(
                            1,
                            inner -> inner.bytes(1, Multiaddr.parse(address).toBytes())
                                    .fixed64(2, 7))
                    .toByteArray()));
            ProtobufReader in = ProtobufReader.of("answer", Delimited.read("answer", stream.input(), 8192), 8192, 100);
            assertThat(in.next()).isTrue();
            ProtobufReader inner = in.message("inner");
            return inner.next() && inner.field() == 1 ? inner.uint64() : 0;
        }
    }

    /** One of the relays of a host brings peers that promise to punch and do nothing. */
    @Test
    void strangersThatHoldAllPunchesOfAHostLeaveItsTurnToOthers() {
        World.underSeeds(1, world -> {
            world.withoutBeliefs();
            SimulatedEnvironment a = world.simulation().host("a", "10.1.0.2");
            SimulatedEnvironment b = world.simulation().host("b", "10.2.0.2");
            world.network().putBehind(world.network().nat("8.8.1.1"), a);
            world.network().putBehind(world.network().nat("8.8.2.1"), b);
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            TestNode bad = at(world, "bad", "8.6.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            TestNode dialer = world.node(a, builder -> builder.with(Nat.create()), "/ip4/10.1.0.2/tcp/4001");
            TestNode target = world.node(
                    b,
                    builder -> builder.limit("holepunch.peers", 3)
                            .with(Nat.create().withRelay(relay.address()).withRelay(bad.address())),
                    "/ip4/10.2.0.2/tcp/4001");
            world.sleep(Duration.ofSeconds(5));
            Multiaddr through = Circuits.through(bad.host().addresses().getFirst(), bad.id());
            for (int i = 1; i <= 3; i++) {
                TestNode idle = world.node(
                        world.simulation().host("idle" + i, "8.5.0." + i),
                        builder -> builder.with(Nat.create().withoutHolePunching()));
                idle.host().handle(HolePuncher.PROTOCOL, HandlerOptions.DEFAULT.withAllowLimited(true), stream -> {
                    stream.input().readAllBytes();
                });
                idle.host().connect(PeerAddress.of(target.id(), List.of(through)));
            }
            Multiaddr circuit = Circuits.through(relay.host().addresses().getFirst(), relay.id());
            dialer.host().connect(PeerAddress.of(target.id(), List.of(circuit)));
            world.sleep(Duration.ofSeconds(70));
            assertThat(dialer.connections(target)).as("direct").anyMatch(Connection::isDirect);
        });
    }

    /** One peer says that it sees a host under the address of another, with whom that host will punch. */
    @Test
    void onePeersWordDoesNotKeepTwoHostsFromPunching() {
        World.underSeeds(2, world -> {
            world.withoutBeliefs();
            SimulatedEnvironment a = world.simulation().host("a", "10.1.0.2");
            SimulatedEnvironment b = world.simulation().host("b", "10.2.0.2");
            world.network().putBehind(world.network().nat("8.8.1.1"), a);
            world.network().putBehind(world.network().nat("8.8.2.1"), b);
            TestNode relay = world.node(
                    world.simulation().host("relay", "8.8.0.1"),
                    builder -> builder.with(Relay.server(RelayLimits.DEFAULT)),
                    "/ip4/8.8.0.1/tcp/4001");
            TestNode dialer = world.node(a, builder -> builder.with(Nat.create()), "/ip4/10.1.0.2/tcp/4001");
            TestNode target = world.node(
                    b, builder -> builder.with(Nat.create().withRelay(relay.address())), "/ip4/10.2.0.2/tcp/4001");
            TestNode liar =
                    world.node(world.simulation().host("liar", "8.7.0.1"), builder -> {}, "/ip4/8.7.0.1/tcp/4001");
            byte[] lie = new ProtobufWriter()
                    .bytes(4, Multiaddr.parse("/ip4/8.8.1.1/tcp/4001").toBytes())
                    .toByteArray();
            liar.host().handle(Identify.PROTOCOL, stream -> {
                stream.write(Delimited.frame(lie));
                stream.closeWrite();
            });
            target.connect(liar);
            world.sleep(Duration.ofSeconds(10));
            Multiaddr circuit = Circuits.through(relay.host().addresses().getFirst(), relay.id());
            dialer.host().connect(PeerAddress.of(target.id(), List.of(circuit)));
            world.sleep(Duration.ofSeconds(40));
            assertThat(dialer.connections(target)).as("direct").anyMatch(Connection::isDirect);
        });
    }

    /** The terms of a relay that wants to be asked all the time, and names addresses of others. */
    @Test
    void aRelayWithShortTermsMakesNoStormAndLendsNoAddressOfALocalNetwork() {
        World.underSeeds(2, world -> {
            world.withoutBeliefs();
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create());
            AtomicInteger asked = new AtomicInteger();
            relay.host().handle(RelayClient.HOP_PROTOCOL, stream -> {
                Delimited.read("hop", stream.input(), 4096);
                int number = asked.incrementAndGet();
                long now = relay.environment().wallClock().getEpochSecond();
                List<Multiaddr> named = new ArrayList<>();
                named.add(Multiaddr.parse("/ip4/10.0.0.1/tcp/22"));
                named.add(Multiaddr.parse("/ip4/127.0.0.1/tcp/22"));
                for (int i = 0; i < 6; i++) {
                    named.add(Multiaddr.parse("/ip4/9.9.9.9/tcp/" + (1000 + (number * 6 + i) % 50_000)));
                }
                stream.write(Delimited.frame(HopMessage.status(OK, new ReservationInfo(now + 1, named, null), null)
                        .toBytes()));
                stream.closeWrite();
            });
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            AtomicInteger changes = new AtomicInteger();
            node.host().events().subscribe(AddressesChanged.class, change -> changes.incrementAndGet());
            node.host().find(RelayClient.class).orElseThrow().keep(relay.address());
            world.sleep(Duration.ofMinutes(1));
            String measured = asked.get() + " requests and " + changes.get() + " changes of addresses in a minute; "
                    + node.host().addresses();
            assertThat(asked.get()).as(measured).isLessThanOrEqualTo(12);
            assertThat(node.host().addresses())
                    .as(measured)
                    .noneMatch(address -> Circuits.isCircuit(address) && !address.isPublic());
        });
    }

    /** The relay's answers wait in the stream for ever; its place does not. */
    @Test
    void aCircuitWhoseSourceGivesNoCreditEndsInTime() {
        World.underSeeds(2, world -> {
            world.withoutBeliefs();
            TestNode relay = world.node(
                    world.simulation().host("relay", "8.8.0.1"),
                    builder -> builder.with(Nat.create().withRelayService(RelayLimits.DEFAULT)),
                    "/ip4/8.8.0.1/udp/4001/quic-v1");
            TestNode target = world.node(
                    world.simulation().host("target", "8.7.0.1"),
                    builder -> builder.with(Nat.create().withRelay(relay.address())),
                    "/ip4/8.7.0.1/udp/4001/quic-v1");
            TestNode silent = world.node(
                    world.simulation().host("silent", "8.5.0.1"),
                    builder -> builder.limit("quic.stream-window", 56),
                    "/ip4/8.5.0.1/udp/4001/quic-v1");
            world.sleep(Duration.ofSeconds(5));
            RelayServer server = relay.host().find(RelayServer.class).orElseThrow();
            List<Stream> held = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Stream hop = silent.open(relay, RelayClient.HOP_PROTOCOL);
                hop.write(Delimited.frame(HopMessage.connect(target.id()).toBytes()));
                held.add(hop);
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(server.circuits()).isPositive();
            world.sleep(Duration.ofSeconds(150));
            assertThat(server.circuits()).isZero();
            held.forEach(hop -> hop.reset(0));
        });
    }

    /** Eight connections of an address are what a host takes; through a relay all of them have the address of the relay. */
    @Test
    void strangersThatHoldCircuitsDoNotKeepOthersFromAHostBehindTheSameRelay() {
        World.underSeeds(2, world -> {
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            TestNode target = at(
                    world,
                    "target",
                    "8.7.0.1",
                    Nat.create().withRelay(relay.address()).withoutHolePunching());
            TestNode stranger = at(world, "stranger", "8.6.0.1", Nat.create());
            TestNode honest = at(world, "honest", "8.5.0.1", Nat.create());
            world.sleep(Duration.ofSeconds(5));
            List<Stream> held = new ArrayList<>();
            int carried = 0;
            for (int i = 0; i < 16; i++) {
                Stream hop = stranger.open(relay, RelayClient.HOP_PROTOCOL);
                hop.write(Delimited.frame(HopMessage.connect(target.id()).toBytes()));
                carried += HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096))
                                        .status()
                                == OK
                        ? 1
                        : 0;
                held.add(hop);
            }
            Multiaddr circuit = Circuits.through(relay.host().addresses().getFirst(), relay.id());
            Connection through;
            try {
                through = honest.host().connect(PeerAddress.of(target.id(), List.of(circuit)));
            } catch (IOException failed) {
                throw new AssertionError("beside " + carried + " circuits of a stranger: " + failed, failed);
            }
            assertThat(through.isOpen()).isTrue();
            held.forEach(hop -> hop.reset(0));
        });
    }
}
