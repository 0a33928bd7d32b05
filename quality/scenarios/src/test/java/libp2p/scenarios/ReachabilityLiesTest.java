package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.host.DialOptions;
import libp2p.core.host.IsolatedDialer;
import libp2p.core.host.PeerAddress;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNat;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Peers of AutoNAT that work together to make a host believe that it can, or cannot, be dialed. */
class ReachabilityLiesTest {
    private static final int DIALED = 200;
    private static final int DIAL_ERROR = 100;

    private static TestNode plain(World world, String name, String ip) throws IOException {
        return world.node(world.simulation().host(name, ip), builder -> {}, "/ip4/" + ip + "/tcp/4001");
    }

    private static TestNode at(World world, String name, String ip, Nat family) throws IOException {
        return world.node(
                world.simulation().host(name, ip), builder -> builder.with(family), "/ip4/" + ip + "/tcp/4001");
    }

    private static TestNode behindRouter(World world, Filtering filtering, Nat family) throws IOException {
        SimulatedEnvironment inside = world.simulation().host("node", "10.1.0.2");
        world.network().putBehind(world.network().nat("8.9.0.2").filtering(filtering), inside);
        return world.node(inside, builder -> builder.with(family), "/ip4/10.1.0.2/tcp/4001");
    }

    private static Reachability state(TestNode node) {
        return node.host().find(AutoNat.class).orElseThrow().report().state();
    }

    private static byte[] response(int dialStatus) {
        return Delimited.frame(new ProtobufWriter()
                .message(2, inner -> inner.enumeration(1, 200).uint64(2, 0).enumeration(3, dialStatus))
                .toByteArray());
    }

    private interface Way {
        Connection open() throws IOException;
    }

    /** A server whose nonces arrive on connections that another peer opens. */
    private static void answersThrough(TestNode server, TestNode accomplice, Way way) {
        server.host().handle(ProbeServer.PROTOCOL, stream -> {
            byte[] nonce = NatAttackTest.nonceOf(Delimited.read("request", stream.input(), 8192));
            Connection fresh = way.open();
            Deadline soon = Deadline.after(accomplice.environment(), Duration.ofSeconds(5));
            try (Stream back = fresh.open(soon, ProbeServer.DIAL_BACK_PROTOCOL)) {
                back.write(Delimited.frame(nonce));
                back.closeWrite();
                back.input().readAllBytes();
            } catch (IOException refused) {
                // as is to be
            }
            stream.write(response(DIALED));
            stream.closeWrite();
            stream.input().readAllBytes();
            fresh.close(ErrorCode.NONE, "done");
        });
    }

    /** A relay without limits makes circuits that count as any other connection, but nothing was dialed. */
    @Test
    void aNonceThatArrivesThroughARelayProvesNothing() {
        World.underSeeds(2, world -> {
            TestNode relay = at(
                    world,
                    "relay",
                    "8.8.0.1",
                    Nat.create().withRelayService(RelayLimits.DEFAULT.withUnlimitedCircuits()));
            TestNode node = behindRouter(
                    world,
                    Filtering.ADDRESS_AND_PORT_DEPENDENT,
                    Nat.create().withoutHolePunching().withRelay(relay.address()));
            PeerAddress circuit = PeerAddress.of(
                    node.id(), List.of(Circuits.through(relay.host().addresses().getFirst(), relay.id())));
            world.sleep(Duration.ofSeconds(10));
            for (int i = 1; i <= 3; i++) {
                TestNode accomplice = at(world, "accomplice" + i, "8.7." + i + ".1", Nat.create());
                TestNode server = plain(world, "server" + i, "8.8." + i + ".1");
                answersThrough(server, accomplice, () -> accomplice.host().connect(circuit));
                node.connect(server);
            }
            world.sleep(Duration.ofMinutes(5));
            assertThat(state(node))
                    .as("%s", node.host().find(AutoNat.class).orElseThrow().report())
                    .isNotEqualTo(Reachability.PUBLIC);
        });
    }

    /** The router lets in whom the host has sent something: honest servers say so, and one liar brings a second machine. */
    @Test
    void aNonceFromAMachineThatTheHostKnowsIsNotThatOfAStranger() {
        World.underSeeds(2, world -> {
            TestNode node = behindRouter(world, Filtering.ADDRESS_DEPENDENT, Nat.create());
            TestNode accomplice = plain(world, "accomplice", "8.7.0.1");
            node.connect(accomplice);
            TestNode liar = plain(world, "liar", "8.8.9.1");
            IsolatedDialer second = accomplice.host().isolatedDialer();
            answersThrough(liar, accomplice, () -> {
                Multiaddr outside =
                        node.host().addressBook().observations().getFirst().address();
                return second.dial(PeerAddress.of(node.id(), List.of(outside)), DialOptions.DEFAULT);
            });
            node.connect(liar);
            for (int i = 1; i <= 3; i++) {
                node.connect(
                        at(world, "server" + i, "8.8." + i + ".1", Nat.create().withAutoNatService()));
            }
            world.sleep(Duration.ofMinutes(5));
            second.close();
            assertThat(state(node))
                    .as("%s", node.host().find(AutoNat.class).orElseThrow().report())
                    .isEqualTo(Reachability.PRIVATE);
        });
    }

    /** Three servers that lie, and a device of the local network that brings their nonces. */
    @Test
    void aNonceThatArrivesFromTheLocalNetworkProvesNothing() {
        World.underSeeds(2, world -> {
            SimulatedEnvironment inside = world.simulation().host("node", "10.1.0.2");
            SimulatedEnvironment device = world.simulation().host("device", "10.1.0.3");
            SimulatedNat router = world.network().nat("8.9.0.2").filtering(Filtering.ADDRESS_AND_PORT_DEPENDENT);
            world.network().putBehind(router, inside);
            world.network().putBehind(router, device);
            TestNode node = world.node(inside, builder -> builder.with(Nat.create()), "/ip4/10.1.0.2/tcp/4001");
            TestNode accomplice = world.node(device, builder -> {}, "/ip4/10.1.0.3/tcp/4001");
            List<IsolatedDialer> dialers = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                TestNode liar = plain(world, "liar" + i, "8.8." + i + ".1");
                answersThrough(liar, accomplice, () -> {
                    IsolatedDialer fresh = accomplice.host().isolatedDialer();
                    dialers.add(fresh);
                    return fresh.dial(
                            PeerAddress.of(node.id(), List.of(Multiaddr.parse("/ip4/10.1.0.2/tcp/4001"))),
                            DialOptions.DEFAULT);
                });
                node.connect(liar);
            }
            for (int i = 1; i <= 4; i++) {
                node.connect(plain(world, "observer" + i, "8.7." + i + ".1"));
            }
            world.sleep(Duration.ofMinutes(5));
            dialers.forEach(IsolatedDialer::close);
            assertThat(dialers).isNotEmpty();
            assertThat(state(node))
                    .as("%s", node.host().find(AutoNat.class).orElseThrow().report())
                    .isNotEqualTo(Reachability.PUBLIC);
        });
    }

    /** Votes last five hours, and one server is asked each hour: those that wait for their turn are strangers. */
    @Test
    void strangersThatComeToAHostDoNotTurnTheVerdictOfTheServersThatItHasChosen() {
        World.overDays(1, Duration.ofDays(1), world -> {
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            for (int i = 1; i <= 3; i++) {
                node.connect(
                        at(world, "server" + i, "8.8." + i + ".1", Nat.create().withAutoNatService()));
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(state(node)).isEqualTo(Reachability.PUBLIC);
            List<TestNode> liars = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                TestNode liar = plain(world, "liar" + i, "8.6." + i + ".1");
                liar.host().handle(ProbeServer.PROTOCOL, stream -> {
                    Delimited.read("request", stream.input(), 8192);
                    stream.write(response(DIAL_ERROR));
                    stream.closeWrite();
                });
                liar.connect(node);
                liars.add(liar);
            }
            for (int hour = 1; hour <= 8; hour++) {
                world.sleep(Duration.ofHours(1));
                assertThat(state(node))
                        .as(
                                "after %s hours: %s",
                                hour,
                                node.host().find(AutoNat.class).orElseThrow().report())
                        .isEqualTo(Reachability.PUBLIC);
            }
        });
    }

    /** One peer of the first version, which has no nonces, says that it got through. */
    @Test
    void aServerOfTheFirstVersionThatOnlySaysThatItDialedDoesNotTakeTheRelaysAway() {
        World.underSeeds(2, world -> {
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            TestNode node = behindRouter(
                    world,
                    Filtering.ADDRESS_AND_PORT_DEPENDENT,
                    Nat.create().withAutoRelay().withoutHolePunching());
            node.connect(relay);
            TestNode liar = plain(world, "liar", "8.8.9.1");
            liar.host().handle(DialBackServer.PROTOCOL, stream -> {
                Delimited.read("request", stream.input(), 8192);
                stream.write(Delimited.frame(new ProtobufWriter()
                        .enumeration(1, 1)
                        .message(3, inner -> inner.enumeration(1, 0))
                        .toByteArray()));
                stream.closeWrite();
            });
            node.connect(liar);
            for (int i = 1; i <= 4; i++) {
                node.connect(plain(world, "observer" + i, "8.7." + i + ".1"));
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(state(node)).isNotEqualTo(Reachability.PUBLIC);
            assertThat(node.host().find(RelayClient.class).orElseThrow().reservations())
                    .as("places at relays")
                    .hasSize(1);
        });
    }
}
