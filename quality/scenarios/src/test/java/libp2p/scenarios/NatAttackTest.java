package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.Subscription;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook.Entry;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.RelayServer;
import libp2p.nat.relay.ReservationChanged;
import libp2p.nat.relay.wire.HopMessage;
import libp2p.nat.relay.wire.ReservationInfo;
import libp2p.nat.relay.wire.Voucher;
import libp2p.protocols.identify.Identify;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The attacks of strangers with relays, AutoNAT and observed addresses, and their outcome. */
class NatAttackTest {
    private static final String VICTIM = "/ip4/9.9.9.9/tcp/443";
    private static final int OK = 100;

    private static TestNode at(World world, String name, String ip, Nat family) throws IOException {
        return world.node(
                world.simulation().host(name, ip), builder -> builder.with(family), "/ip4/" + ip + "/tcp/4001");
    }

    // ---- vouchers

    /** A relay that hands out what it likes, asked for a place by a host. */
    private interface Terms {
        ReservationInfo of(Identity relay, Identity other, PeerId client, long now) throws IOException;
    }

    private static void isRefused(String why, Terms terms) {
        World.underSeeds(3, world -> {
            world.withoutBeliefs();
            SimulatedEnvironment machine = world.simulation().host("relay", "8.8.0.1");
            Identity key = Identity.generate(machine);
            TestNode relay = world.node(machine, builder -> builder.identity(key), "/ip4/8.8.0.1/tcp/4001");
            relay.host().handle(RelayClient.HOP_PROTOCOL, stream -> {
                HopMessage.fromBytes(Delimited.read("hop", stream.input(), 4096));
                long now = machine.wallClock().getEpochSecond();
                ReservationInfo info = terms.of(
                        key, Identity.generate(machine), stream.connection().remotePeer(), now);
                stream.write(Delimited.frame(HopMessage.status(OK, info, null).toBytes()));
            });
            TestNode client = at(world, "client", "8.7.0.1", Nat.create());
            try (Subscription<ReservationChanged> events =
                    client.host().events().subscribe(ReservationChanged.class)) {
                client.host().find(RelayClient.class).orElseThrow().keep(relay.address());
                ReservationChanged first = events.take(Deadline.after(client.environment(), Duration.ofMinutes(1)));
                assertThat(first).as(why).isNotNull();
                assertThat(first.reservation()).as(why).isNull();
                assertThat(client.host().addressBook().entries())
                        .as(why)
                        .noneMatch(entry -> entry.origin() == Origin.RELAY);
            }
        });
    }

    /** Its connection would not be closed any more, however many there are. */
    @Test
    void aPeerThatOnlySaysThatItRelaysIsNotProtected() {
        World.underSeeds(3, world -> {
            SimulatedEnvironment inside = world.simulation().host("node", "10.1.0.2");
            world.network().putBehind(world.network().nat("8.9.0.2"), inside);
            TestNode node = world.node(
                    inside,
                    builder -> builder.with(Nat.create().withAutoRelay().withoutHolePunching()),
                    "/ip4/10.1.0.2/tcp/4001");
            List<PeerId> asked = new ArrayList<>();
            List<TestNode> pretenders = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                pretenders.add(at(world, "pretender" + i, "8.8." + i + ".1", Nat.create()));
                TestNode pretender = pretenders.getLast();
                pretender.host().handle(RelayClient.HOP_PROTOCOL, stream -> {
                    Delimited.read("hop", stream.input(), 4096);
                    asked.add(pretender.id());
                    assertThat(node.host().connectionManager().isProtected(pretender.id()))
                            .as("while it is asked")
                            .isFalse();
                    stream.reset(0);
                });
                node.connect(pretender);
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(asked).containsAll(pretenders.stream().map(TestNode::id).toList());
            assertThat(pretenders)
                    .noneMatch(each -> node.host().connectionManager().isProtected(each.id()));
            TestNode relay = at(world, "relay", "8.8.9.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            node.connect(relay);
            world.sleep(Duration.ofMinutes(1));
            assertThat(node.host().connectionManager().isProtected(relay.id()))
                    .as("one that has given a place")
                    .isTrue();
            relay.host().close();
            world.sleep(Duration.ofMinutes(1));
            assertThat(node.host().connectionManager().isProtected(relay.id()))
                    .as("one that has given it, and is gone")
                    .isFalse();
        });
    }

    @Test
    void aVoucherOfAnotherPeerIsNotTaken() {
        isRefused("another's", (relay, other, client, now) -> {
            byte[] voucher = new Voucher(relay.peerId(), other.peerId(), now + 3600).seal(relay);
            return new ReservationInfo(now + 3600, List.of(), voucher);
        });
    }

    @Test
    void aVoucherOfAnotherRelayIsNotTaken() {
        isRefused("another relay's", (relay, other, client, now) -> {
            byte[] voucher = new Voucher(other.peerId(), client, now + 3600).seal(other);
            return new ReservationInfo(now + 3600, List.of(), voucher);
        });
    }

    @Test
    void aVoucherThatAnotherPeerHasSignedIsNotTaken() {
        isRefused("forged", (relay, other, client, now) -> {
            byte[] voucher = new Voucher(relay.peerId(), client, now + 3600).seal(other);
            return new ReservationInfo(now + 3600, List.of(), voucher);
        });
    }

    @Test
    void anOldVoucherIsNotTakenAgain() {
        isRefused("replayed", (relay, other, client, now) -> {
            byte[] voucher = new Voucher(relay.peerId(), client, now - 1).seal(relay);
            return new ReservationInfo(now + 3600, List.of(), voucher);
        });
    }

    // ---- relays

    /** Addresses are no peers: whatever a request names beside an id, nothing is dialed. */
    @Test
    void aRelayOpensNothingToAddressesThatARequestNames() {
        World.underSeeds(5, world -> {
            SimulatedEnvironment machine = world.simulation().host("relay", "8.8.0.1");
            DialLog dials = new DialLog(machine);
            TestNode relay = world.node(
                    machine,
                    builder -> builder.environment(dials).with(Relay.server(RelayLimits.DEFAULT)),
                    "/ip4/8.8.0.1/tcp/4001");
            TestNode stranger = at(world, "stranger", "8.7.0.1", Nat.create());
            dials.begin();
            PeerId target = Identity.generate(machine).peerId();
            for (String address : List.of(VICTIM, "/ip4/127.0.0.1/tcp/22", "/ip4/10.0.0.1/tcp/80")) {
                byte[] connect = new ProtobufWriter()
                        .enumeration(1, 1)
                        .message(
                                2,
                                peer -> peer.bytes(1, target.toBytes())
                                        .bytes(2, Multiaddr.parse(address).toBytes()))
                        .toByteArray();
                try (Stream hop = stranger.open(relay, RelayClient.HOP_PROTOCOL)) {
                    hop.write(Delimited.frame(connect));
                    HopMessage answer = HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096));
                    assertThat(answer.status()).isNotEqualTo(OK);
                }
            }
            world.sleep(Duration.ofMinutes(2));
            assertThat(dials.entries()).isEmpty();
        });
    }

    @Test
    void aNetworkFullOfPeersTakesThirtyTwoPlacesAndOthersStillGetTheirs() {
        World.underSeeds(2, world -> {
            TestNode relay = at(world, "relay", "8.8.0.1", Nat.create().withRelayService(RelayLimits.DEFAULT));
            int granted = 0;
            for (int i = 1; i <= 40; i++) {
                TestNode one = at(world, "one" + i, "8.6.0." + i, Nat.create());
                granted += reserves(one, relay) ? 1 : 0;
            }
            assertThat(granted).isEqualTo(RelayLimits.DEFAULT.reservations().perNetwork());
            assertThat(reserves(at(world, "other", "8.5.0.1", Nat.create()), relay))
                    .isTrue();
            assertThat(relay.host().find(RelayServer.class).orElseThrow().reservations())
                    .isEqualTo(granted + 1);
        });
    }

    private static boolean reserves(TestNode node, TestNode relay) throws IOException {
        try (Stream hop = node.open(relay, RelayClient.HOP_PROTOCOL)) {
            hop.write(Delimited.frame(HopMessage.reserve().toBytes()));
            return HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096))
                            .status()
                    == OK;
        }
    }

    // ---- AutoNAT

    private static byte[] probe(String address) {
        return Delimited.frame(new ProtobufWriter()
                .message(
                        1,
                        inner -> inner.bytes(1, Multiaddr.parse(address).toBytes())
                                .fixed64(2, 7))
                .toByteArray());
    }

    @Test
    void manyPeersTogetherAreServedSixtyTimesAMinute() {
        World.underSeeds(2, world -> {
            SimulatedEnvironment machine = world.simulation().host("server", "8.8.1.1");
            DialLog dials = new DialLog(machine);
            TestNode server = world.node(
                    machine,
                    builder -> builder.environment(dials).with(Nat.create().withAutoNatService()),
                    "/ip4/8.8.1.1/tcp/4001");
            List<TestNode> strangers = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                strangers.add(world.node(
                        world.simulation().host("stranger" + i, "8.7." + i + ".1"),
                        builder -> {},
                        "/ip4/8.7." + i + ".1/tcp/4001"));
                strangers.getLast().connect(server);
            }
            dials.begin();
            Duration begin = world.simulation().elapsed();
            for (int round = 0; round < 12; round++) {
                for (TestNode stranger : strangers) {
                    try (Stream stream = stranger.open(server, ProbeServer.PROTOCOL)) {
                        stream.write(probe("/ip4/"
                                + stranger.host().addresses().getFirst().ip().getHostAddress() + "/tcp/4001"));
                        Delimited.read("answer", stream.input(), 8192);
                    }
                }
            }
            Duration took = world.simulation().elapsed().minus(begin);
            assertThat(dials.entries().size()).isBetween(60, 60 + 1 + (int) took.toSeconds());
        });
    }

    /**
     * A server that says what it likes, and three honest ones that say nothing: no host is fooled, and nothing is paid.
     */
    private static TestNode liar(World world, int number, byte[] answer) throws IOException {
        String ip = "8.8." + number + ".1";
        TestNode liar =
                world.node(world.simulation().host("liar" + number, ip), builder -> {}, "/ip4/" + ip + "/tcp/4001");
        liar.host().handle(ProbeServer.PROTOCOL, stream -> {
            Delimited.read("request", stream.input(), 8192);
            stream.write(answer);
            stream.closeWrite();
            long paid = stream.input().readAllBytes().length;
            assertThat(paid).as("bytes that the client paid").isLessThan(8192);
        });
        return liar;
    }

    private static byte[] response(int dialStatus) {
        return Delimited.frame(new ProtobufWriter()
                .message(2, inner -> inner.enumeration(1, 200).uint64(2, 0).enumeration(3, dialStatus))
                .toByteArray());
    }

    private static Reachability after(World world, TestNode node, List<TestNode> servers) throws Exception {
        for (TestNode server : servers) {
            node.connect(server);
        }
        world.sleep(Duration.ofMinutes(3));
        return node.host().find(AutoNat.class).orElseThrow().report().state();
    }

    @Test
    void serversThatClaimToHaveDialedProveNothing() {
        World.underSeeds(3, world -> {
            List<TestNode> liars = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                liars.add(liar(world, i, response(200)));
            }
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            assertThat(after(world, node, liars)).isEqualTo(Reachability.UNKNOWN);
            assertThat(node.host().addressBook().entries()).noneMatch(entry -> entry.state() == State.CONFIRMED);
        });
    }

    /** Sends the nonce back on the connection over which it was asked, or on one that was there before. */
    private static TestNode shortcut(World world, int number) throws IOException {
        String ip = "8.8." + number + ".1";
        TestNode server =
                world.node(world.simulation().host("shortcut" + number, ip), builder -> {}, "/ip4/" + ip + "/tcp/4001");
        server.host().handle(ProbeServer.PROTOCOL, stream -> {
            byte[] nonce = nonceOf(Delimited.read("request", stream.input(), 8192));
            for (Connection connection : server.host().connections()) {
                Deadline soon = Deadline.after(server.environment(), Duration.ofSeconds(5));
                try (Stream back = connection.open(soon, ProbeServer.DIAL_BACK_PROTOCOL)) {
                    back.write(Delimited.frame(nonce));
                    back.closeWrite();
                    back.input().readAllBytes();
                } catch (IOException refused) {
                    // as is to be
                }
            }
            stream.write(response(200));
            stream.closeWrite();
            stream.input().readAllBytes();
        });
        return server;
    }

    /** The message of a dial-back with the nonce of a request. */
    static byte[] nonceOf(byte[] request) throws IOException {
        ProtobufReader whole = ProtobufReader.of("request", request, 8192, 16);
        while (whole.next()) {
            if (whole.field() != 1) {
                whole.skip();
                continue;
            }
            ProtobufReader inner = ProtobufReader.of("dial request", whole.bytes(8192), 8192, 16);
            while (inner.next()) {
                if (inner.field() == 2) {
                    return new ProtobufWriter().fixed64(1, inner.fixed64()).toByteArray();
                }
                inner.skip();
            }
        }
        throw new IOException("a request without a nonce");
    }

    /**
     * A nonce proves that an address can be dialed only on a connection that has come to it since: servers that bring it on
     * another one prove nothing, whichever end has opened that.
     */
    @Test
    void aNonceOnAConnectionThatWasThereBeforeProvesNothing() {
        World.underSeeds(3, world -> {
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            List<TestNode> servers = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                servers.add(shortcut(world, i));
            }
            for (TestNode server : servers.subList(3, 6)) {
                server.connect(node);
            }
            assertThat(after(world, node, servers)).isEqualTo(Reachability.UNKNOWN);
            assertThat(node.host().addressBook().entries()).noneMatch(entry -> entry.state() == State.CONFIRMED);
        });
    }

    @Test
    void twoServersOfFiveThatLieChangeNothing() {
        World.underSeeds(3, world -> {
            List<TestNode> servers = new ArrayList<>();
            servers.add(liar(world, 1, response(100)));
            servers.add(liar(world, 2, response(100)));
            for (int i = 3; i <= 5; i++) {
                servers.add(
                        at(world, "server" + i, "8.8." + i + ".1", Nat.create().withAutoNatService()));
            }
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            assertThat(after(world, node, servers)).isEqualTo(Reachability.PUBLIC);
        });
    }

    @Test
    void aServerThatWantsTooMuchDataGetsNone() {
        World.underSeeds(3, world -> {
            byte[] wish = Delimited.frame(new ProtobufWriter()
                    .message(3, inner -> inner.uint64(1, 0).uint64(2, 10_000_000))
                    .toByteArray());
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            assertThat(after(world, node, List.of(liar(world, 1, wish), liar(world, 2, wish), liar(world, 3, wish))))
                    .isEqualTo(Reachability.UNKNOWN);
        });
    }

    // ---- observed addresses

    /** Tells each asker that it is seen at the address of a victim. */
    private static TestNode poisoner(World world, SimulatedEnvironment machine, int port) throws IOException {
        String ip = machine.addresses().getFirst().getHostAddress();
        TestNode poisoner = world.node(machine, builder -> {}, "/ip4/" + ip + "/tcp/" + port);
        byte[] lie =
                new ProtobufWriter().bytes(4, Multiaddr.parse(VICTIM).toBytes()).toByteArray();
        poisoner.host().handle(Identify.PROTOCOL, stream -> {
            stream.write(Delimited.frame(lie));
            stream.closeWrite();
        });
        return poisoner;
    }

    private static boolean believes(TestNode node) {
        return node.host().addressBook().entries().stream()
                .map(Entry::address)
                .anyMatch(Multiaddr.parse(VICTIM)::equals);
    }

    @Test
    void oneMachineHasOneVoiceHoweverManyPeersItIs() {
        World.underSeeds(3, world -> {
            world.withoutBeliefs();
            SimulatedEnvironment machine = world.simulation().host("machine", "8.6.0.1");
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            for (int i = 0; i < 8; i++) {
                node.connect(poisoner(world, machine, 5000 + i));
            }
            world.sleep(Duration.ofMinutes(1));
            assertThat(node.host().addressBook().observations())
                    .as("the lie was heard")
                    .anyMatch(seen -> seen.address().equals(Multiaddr.parse(VICTIM)) && seen.observers() == 1);
            assertThat(believes(node)).isFalse();
        });
    }

    /**
     * Four machines can have an address looked at; honest servers find out that it is none, at the cost of a few dials.
     */
    @Test
    void anAddressThatANetworkInventsIsNotAnnouncedOnceItWasTried() {
        World.underSeeds(3, world -> {
            world.withoutBeliefs();
            SimulatedEnvironment victim = world.simulation().host("victim", "9.9.9.9");
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            for (int i = 1; i <= 3; i++) {
                node.connect(
                        at(world, "server" + i, "8.8." + i + ".1", Nat.create().withAutoNatService()));
            }
            for (int i = 1; i <= 6; i++) {
                node.connect(poisoner(world, world.simulation().host("poisoner" + i, "8.6.0." + i), 4001));
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(believes(node)).as("looked at").isTrue();
            assertThat(node.host().addresses()).doesNotContain(Multiaddr.parse(VICTIM));
            assertThat(node.host().find(AutoNat.class).orElseThrow().report().state())
                    .isEqualTo(Reachability.PUBLIC);
            assertThat(world.network().openConnections(victim)).isZero();
        });
    }

    @Test
    void everyAttackHasAServerThatIsStillThereAfterwards() {
        World.underSeeds(2, world -> {
            TestNode relay = at(
                    world,
                    "relay",
                    "8.8.0.1",
                    Nat.create().withRelayService(RelayLimits.DEFAULT).withAutoNatService());
            TestNode stranger = at(world, "stranger", "8.7.0.1", Nat.create());
            Map<String, byte[]> rubbish = Map.of(
                    RelayClient.HOP_PROTOCOL, new byte[] {(byte) 0xff, (byte) 0xff, 3},
                    ProbeServer.PROTOCOL, new byte[] {5, 1, 2, 3, 4, 5},
                    RelayClient.STOP_PROTOCOL, new byte[] {1, 0});
            rubbish.forEach((protocol, bytes) -> {
                try (Stream stream = stranger.open(relay, protocol)) {
                    stream.write(bytes);
                    stream.closeWrite();
                    stream.input().readAllBytes();
                } catch (IOException refused) {
                    assertThat(refused).isNotNull();
                }
            });
            assertThat(reserves(at(world, "other", "8.5.0.1", Nat.create()), relay))
                    .isTrue();
            PeerAddress still = relay.address();
            assertThat(stranger.host().connect(still).isOpen()).isTrue();
        });
    }
}
