package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.DialException;
import libp2p.core.connection.LimitedConnectionException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.limits.LimitSet;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.protobuf.Delimited;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.RelayPolicy;
import libp2p.nat.relay.RelayRefusedException;
import libp2p.nat.relay.RelayServer;
import libp2p.nat.relay.RelayStatus;
import libp2p.nat.relay.ReservationChanged;
import libp2p.nat.relay.wire.HopMessage;
import libp2p.nat.relay.wire.StopMessage;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Circuit relay v2 between whole hosts: what it gives, and what strangers cannot have. */
class RelayTest {
    private static final ConnectionLimits SMALL = new ConnectionLimits(Duration.ofSeconds(30), 5000);

    private static TestNode relay(World world, RelayLimits limits) throws IOException {
        return world.node("relay", builder -> builder.with(Relay.client(), Relay.server(limits)));
    }

    private static TestNode client(World world, String name) throws IOException {
        return world.node(name, builder -> builder.with(Relay.client()));
    }

    /** A host that keeps a place at a relay, once it has it. */
    private static TestNode reserved(World world, String name, TestNode relay) throws Exception {
        TestNode node = client(world, name);
        reserve(node, relay);
        return node;
    }

    private static void reserve(TestNode node, TestNode relay) throws Exception {
        try (Subscription<ReservationChanged> events = node.host().events().subscribe(ReservationChanged.class)) {
            node.host().find(RelayClient.class).orElseThrow().keep(relay.address());
            ReservationChanged first = events.take(Deadline.after(node.environment(), Duration.ofMinutes(1)));
            assertThat(first).isNotNull();
            assertThat(first.reservation()).as("%s", first.cause()).isNotNull();
        }
    }

    private static PeerAddress through(TestNode relay, PeerId target) {
        Multiaddr circuit = Circuits.through(relay.host().addresses().getFirst(), relay.id());
        return PeerAddress.of(target, List.of(circuit));
    }

    private static int circuits(TestNode relay) {
        return relay.host().find(RelayServer.class).orElseThrow().circuits();
    }

    private static RelayStatus refusal(Throwable failure) {
        for (Throwable cause : ((DialException) failure).causes().values()) {
            if (cause instanceof RelayRefusedException refused) {
                return refused.status();
            }
        }
        throw new AssertionError("not refused by a relay", failure);
    }

    @Test
    void aHostIsReachedThroughItsRelayWithTheLimitsThatTheRelayHasSet() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT);
            TestNode target = reserved(world, "target", relay);
            TestNode dialer = client(world, "dialer");
            assertThat(target.host().addressBook().entries())
                    .filteredOn(entry -> entry.origin() == Origin.RELAY)
                    .hasSize(1);
            assertThat(target.host().addresses()).anyMatch(Circuits::isCircuit);

            Connection connection = dialer.host().connect(through(relay, target.id()));
            assertThat(connection.remotePeer()).isEqualTo(target.id());
            assertThat(connection.isLimited()).isTrue();
            assertThat(connection.isDirect()).isFalse();
            assertThat(connection.state().limits()).isEqualTo(RelayLimits.Circuits.DEFAULT.each());
            assertThat(circuits(relay)).isEqualTo(1);
            assertThat(Ping.once(dialer.host(), through(relay, target.id()))).isPositive();
            assertThatThrownBy(() -> connection.open(Deadline.NONE, "/echo/1.0.0"))
                    .isInstanceOf(LimitedConnectionException.class);
        });
    }

    /** A circuit is an address to listen on like any other, while the host runs; closing the listener withdraws it. */
    @Test
    void aRunningHostListensAtARelayUntilTheListenerIsClosed() {
        World.underSeeds(10, world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT);
            TestNode target = client(world, "target");
            TestNode dialer = client(world, "dialer");
            PeerAddress circuit = through(relay, target.id());
            Registration listening = target.host().listen(circuit.addresses().getFirst());
            assertThat(target.host().addresses()).contains(circuit.addresses().getFirst());
            assertThat(Ping.once(dialer.host(), circuit)).isPositive();
            listening.close();
            world.sleep(Duration.ofSeconds(1));
            assertThat(target.host().addresses()).noneMatch(Circuits::isCircuit);
            TestNode late = client(world, "late");
            assertThatThrownBy(() -> late.host().connect(circuit)).isInstanceOf(DialException.class);
        });
    }

    @Test
    void aRelayWithoutLimitsGivesAConnectionLikeAnyOther() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT.withUnlimitedCircuits());
            TestNode target = reserved(world, "target", relay);
            TestNode dialer = client(world, "dialer");
            byte[] sent = Bytes.of(1, 300_000);
            byte[] back = dialer.host().open(through(relay, target.id()), "/echo/1.0.0", stream -> {
                world.spawn("sender", () -> {
                    stream.write(sent);
                    stream.closeWrite();
                });
                return stream.input().readNBytes(sent.length);
            });
            assertThat(back).isEqualTo(sent);
        });
    }

    @Test
    void theRelayDialsNobodyAndConnectsOnlyToThoseWhoHaveAPlace() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT);
            TestNode known = client(world, "known");
            TestNode connected = client(world, "connected");
            connected.connect(relay);
            relay.host()
                    .peerstore()
                    .addAddresses(
                            known.id(),
                            known.host().addresses(),
                            libp2p.core.peer.Peerstore.Source.USER,
                            Duration.ofHours(1));
            TestNode dialer = client(world, "dialer");
            for (TestNode target : List.of(known, connected)) {
                assertThatThrownBy(() -> dialer.host().connect(through(relay, target.id())))
                        .satisfies(e -> assertThat(refusal(e)).isEqualTo(RelayStatus.NO_RESERVATION));
            }
            assertThat(relay.connections(known)).isEmpty();
        });
    }

    private static RelayStatus answer(TestNode asking, TestNode relay, byte[] request) throws IOException {
        try (Stream hop = asking.open(relay, RelayClient.HOP_PROTOCOL)) {
            hop.write(Delimited.frame(request));
            HopMessage answer = HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096));
            assertThat(answer.type()).isEqualTo(HopMessage.Type.STATUS);
            return RelayStatus.of(answer.status());
        }
    }

    /** With the statuses of go-libp2p. */
    @Test
    void whatIsRefusedIsToldWhy() {
        World.underSeeds(10, world -> {
            PeerId[] banned = new PeerId[1];
            RelayPolicy policy = new RelayPolicy() {
                @Override
                public boolean mayReserve(Connection connection) {
                    return !connection.remotePeer().equals(banned[0]);
                }

                @Override
                public boolean mayConnect(Connection source, PeerId target) {
                    return !target.equals(banned[0]);
                }
            };
            RelayLimits limits =
                    LimitSet.DEFAULT.with("relay.circuits.per-peer", 1).get(RelayLimits.class);
            RelayServer server = new RelayServer(limits, policy, Publicness.STRICT);
            TestNode relay = world.node("relay", builder -> builder.with(Relay.client(), Relay.server(server, limits)));
            TestNode target = reserved(world, "target", relay);
            TestNode dialer = client(world, "dialer");
            TestNode outcast = client(world, "outcast");
            banned[0] = outcast.id();
            byte[] connect = HopMessage.connect(target.id()).toBytes();
            assertThat(answer(dialer, relay, new byte[] {1, 2, 3})).isEqualTo(RelayStatus.MALFORMED_MESSAGE);
            assertThat(answer(dialer, relay, HopMessage.status(100, null, null).toBytes()))
                    .isEqualTo(RelayStatus.MALFORMED_MESSAGE);
            assertThat(answer(dialer, relay, new byte[] {8, 1}))
                    .as("a CONNECT without a peer")
                    .isEqualTo(RelayStatus.MALFORMED_MESSAGE);
            assertThat(answer(outcast, relay, HopMessage.reserve().toBytes())).isEqualTo(RelayStatus.PERMISSION_DENIED);
            assertThat(answer(dialer, relay, HopMessage.connect(outcast.id()).toBytes()))
                    .isEqualTo(RelayStatus.PERMISSION_DENIED);
            assertThat(answer(dialer, relay, HopMessage.connect(dialer.id()).toBytes()))
                    .isEqualTo(RelayStatus.NO_RESERVATION);
            dialer.host().connect(through(relay, target.id()));
            assertThat(answer(dialer, relay, connect)).isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
            assertThat(answer(client(world, "another"), relay, connect))
                    .as("a target has as many circuits as a source")
                    .isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
            TestNode deaf = reserved(world, "deaf", relay);
            deaf.host().handle(RelayClient.STOP_PROTOCOL, stop -> stop.reset(1));
            byte[] toTheDeaf = HopMessage.connect(deaf.id()).toBytes();
            assertThat(answer(client(world, "third"), relay, toTheDeaf)).isEqualTo(RelayStatus.CONNECTION_FAILED);
        });
    }

    @Test
    void nobodyReservesOrConnectsThroughACircuit() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT.withUnlimitedCircuits());
            TestNode second = world.node("second", builder -> builder.with(Relay.client(), Relay.server()));
            reserve(second, relay);
            TestNode dialer = client(world, "dialer");
            Connection circuit = dialer.host().connect(through(relay, second.id()));
            for (HopMessage asked : List.of(HopMessage.reserve(), HopMessage.connect(relay.id()))) {
                try (Stream hop = circuit.openAllowingLimited(Deadline.NONE, RelayClient.HOP_PROTOCOL)) {
                    hop.write(Delimited.frame(asked.toBytes()));
                    HopMessage answer = HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096));
                    assertThat(RelayStatus.of(answer.status())).isEqualTo(RelayStatus.PERMISSION_DENIED);
                }
            }
        });
    }

    @Test
    void onlyARelayThatWasAskedForAPlaceMayBringCircuits() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT);
            TestNode target = reserved(world, "target", relay);
            TestNode stranger = world.node("stranger");
            try (Stream stop = stranger.open(target, RelayClient.STOP_PROTOCOL)) {
                stop.write(Delimited.frame(StopMessage.connect(relay.id(), null).toBytes()));
                StopMessage answer = StopMessage.fromBytes(Delimited.read("stop", stop.input(), 4096));
                assertThat(RelayStatus.of(answer.status())).isEqualTo(RelayStatus.PERMISSION_DENIED);
            }
        });
    }

    /** A peer that takes circuits by hand, and one that asks for them by hand: what passes is counted to the byte. */
    @Test
    void aCircuitCarriesExactlyTheBytesThatWereAnnouncedEachWay() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT.withCircuit(SMALL));
            TestNode target = client(world, "target");
            List<byte[]> arrived = new ArrayList<>();
            byte[] answered = Bytes.of(1, 3000);
            target.host().find(RelayClient.class).orElseThrow();
            reserve(target, relay);
            target.host().handle(RelayClient.STOP_PROTOCOL, stop -> {
                StopMessage message = StopMessage.fromBytes(Delimited.read("stop", stop.input(), 4096));
                assertThat(message.limit()).isEqualTo(SMALL);
                stop.write(Delimited.frame(StopMessage.status(100).toBytes()));
                stop.write(answered);
                arrived.add(stop.input().readAllBytes());
            });
            TestNode dialer = client(world, "dialer");
            Stream hop = dialer.open(relay, RelayClient.HOP_PROTOCOL);
            hop.write(Delimited.frame(HopMessage.connect(target.id()).toBytes()));
            HopMessage opened = HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096));
            assertThat(opened.status()).isEqualTo(100);
            assertThat(opened.limit()).isEqualTo(SMALL);
            assertThat(hop.input().readNBytes(answered.length)).isEqualTo(answered);
            byte[] sent = Bytes.of(1, (int) SMALL.bytes());
            hop.write(sent);
            world.sleep(Duration.ofSeconds(5));
            assertThat(arrived).as("within the limit nothing is cut").isEmpty();
            hop.write(new byte[] {1});
            assertThatThrownBy(() -> hop.input().readNBytes(1)).isInstanceOf(StreamResetException.class);
            world.sleep(Duration.ofSeconds(5));
            assertThat(arrived).hasSize(1);
            assertThat(arrived.getFirst()).isEqualTo(sent);
            assertThat(circuits(relay)).isZero();
        });
    }

    @Test
    void aCircuitEndsAtTheSecondThatWasAnnounced() {
        World.inExactTime(World.SEEDS, world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT.withCircuit(SMALL));
            TestNode target = reserved(world, "target", relay);
            TestNode dialer = client(world, "dialer");
            Connection connection = dialer.host().connect(through(relay, target.id()));
            world.sleep(SMALL.duration().minusSeconds(2));
            assertThat(connection.isOpen()).isTrue();
            world.sleep(Duration.ofSeconds(4));
            assertThat(connection.isOpen()).isFalse();
            assertThat(circuits(relay)).isZero();
        });
    }

    @Test
    void aFloodOfReservationsFromOneAddressLeavesRoomForOthers() {
        World.underSeeds(5, world -> {
            TestNode relay = world.node(
                    "relay",
                    builder -> builder.with(Relay.server())
                            .resources(new libp2p.swarm.resource.CountingResourceManager(
                                    libp2p.system.SystemEnvironment.shared(),
                                    libp2p.swarm.resource.ResourceLimits.unlimited())));
            SimulatedEnvironment machine = world.machine("flooder");
            int granted = 0;
            for (int i = 0; i < 12; i++) {
                int port = 5000 + i;
                TestNode one =
                        world.node(machine, builder -> builder.with(Relay.client()), World.address("10.1.0.1", port));
                try (Stream hop = one.open(relay, RelayClient.HOP_PROTOCOL)) {
                    hop.write(Delimited.frame(HopMessage.reserve().toBytes()));
                    HopMessage answer = HopMessage.fromBytes(Delimited.read("hop", hop.input(), 4096));
                    granted += answer.status() == 100 ? 1 : 0;
                    if (answer.status() != 100) {
                        assertThat(RelayStatus.of(answer.status())).isEqualTo(RelayStatus.RESERVATION_REFUSED);
                    }
                }
            }
            assertThat(granted).isEqualTo(RelayLimits.DEFAULT.reservations().perAddress());
            TestNode other = reserved(world, "other", relay);
            assertThat(other.host().addresses()).anyMatch(Circuits::isCircuit);
        });
    }

    @Test
    void aLostPlaceIsWithdrawnAtOnceAndHadAgainWhenTheRelayIsBack() {
        World.underManySeeds(world -> {
            TestNode relay = relay(world, RelayLimits.DEFAULT);
            TestNode target = reserved(world, "target", relay);
            try (Subscription<ReservationChanged> events =
                    target.host().events().subscribe(ReservationChanged.class)) {
                ReservationChanged held = events.poll();
                assertThat(held).as("told to a new subscriber").isNotNull();
                assertThat(held.reservation()).isNotNull();
                relay.host().connections().forEach(connection -> connection.close(0, "the link is cut"));
                ReservationChanged lost = events.take(Deadline.after(target.environment(), Duration.ofSeconds(5)));
                assertThat(lost).isNotNull();
                assertThat(lost.reservation()).isNull();
                ReservationChanged again = events.take(Deadline.after(target.environment(), Duration.ofSeconds(30)));
                assertThat(again).isNotNull();
                assertThat(again.reservation()).isNotNull();
            }
            assertThat(target.host().addresses()).anyMatch(Circuits::isCircuit);
        });
    }

    @Test
    void aPlaceIsRenewedBeforeItEnds() {
        World.underSeeds(5, world -> {
            TestNode relay = relay(
                    world,
                    RelayLimits.DEFAULT.withReservations(
                            new RelayLimits.Reservations(10, Duration.ofMinutes(2), 8, 32)));
            TestNode target = reserved(world, "target", relay);
            TestNode dialer = client(world, "dialer");
            for (int i = 0; i < 10; i++) {
                world.sleep(Duration.ofMinutes(1));
                assertThat(target.host().addresses()).anyMatch(Circuits::isCircuit);
            }
            assertThat(Ping.once(dialer.host(), through(relay, target.id()))).isPositive();
        });
    }

    @Test
    void theWholeFamilyReachesThroughARelayToo() {
        World.underSeeds(5, world -> {
            TestNode relay =
                    world.node("relay", builder -> builder.with(Nat.create().withRelayService(RelayLimits.DEFAULT)));
            TestNode target = world.node(
                    "target",
                    builder -> builder.with(Nat.create().withoutHolePunching().withRelay(relay.address())));
            world.sleep(Duration.ofSeconds(10));
            assertThat(target.host().addresses()).anyMatch(Circuits::isCircuit);
            TestNode dialer = world.node("dialer", builder -> builder.with(Nat.create()));
            assertThat(Ping.once(dialer.host(), through(relay, target.id()))).isPositive();
            assertThat(dialer.host()
                            .open(through(relay, target.id()), DialOptions.DEFAULT.withAllowLimited(), Ping.PROTOCOL)
                            .connection()
                            .isLimited())
                    .isTrue();
        });
    }
}
