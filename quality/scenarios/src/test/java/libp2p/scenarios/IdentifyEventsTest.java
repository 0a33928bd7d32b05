package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.identify.Identify;
import libp2p.swarm.peerstore.HostAddressBook;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The beliefs of hosts about each other's protocols, and the order in which listeners hear of them. */
class IdentifyEventsTest {
    private static final Duration LATENCY = Duration.ofMillis(20);

    private static List<String> protocols(TestNode of, TestNode at) {
        return at.host().peerstore().protocols(of.id());
    }

    private static PeerProtocolsChanged next(TestNode node, Subscription<PeerProtocolsChanged> events)
            throws Exception {
        return events.take(Deadline.after(node.environment(), Duration.ofMinutes(1)));
    }

    @Test
    void whateverChangesWhilePeersIdentifyEachOtherTheyBelieveTheTruthInTheEnd() {
        World.underSeeds(60, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(LATENCY);
            List<Registration> registrations = new ArrayList<>();
            world.together(() -> alice.connect(bob), () -> {
                for (int i = 0; i < 6; i++) {
                    world.sleep(Duration.ofMillis(world.random().nextInt(0, 60)));
                    TestNode changing = world.random().nextBoolean() ? alice : bob;
                    registrations.add(changing.host().handle("/late/" + i, Stream::close));
                    if (world.random().nextInt(3) == 0) {
                        registrations
                                .remove(world.random().nextInt(registrations.size()))
                                .close();
                    }
                }
            });
            world.sleep(Duration.ofSeconds(10));
            assertThat(protocols(alice, bob)).isEqualTo(alice.host().protocols());
            assertThat(protocols(bob, alice)).isEqualTo(bob.host().protocols());
        });
    }

    @Test
    void protocolsAreToldInFullAfterEveryIdentificationAndWheneverTheyChange() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            try (Subscription<PeerProtocolsChanged> events =
                    alice.host().events().subscribe(PeerProtocolsChanged.class)) {
                Connection connection = alice.connect(bob);
                assertThat(next(alice, events))
                        .isEqualTo(new PeerProtocolsChanged(bob.id(), bob.host().protocols()));
                bob.host().handle("/new/1", Stream::close);
                assertThat(next(alice, events).protocols())
                        .contains("/new/1")
                        .isEqualTo(bob.host().protocols());
                connection.close(0, "enough");
                world.sleep(Duration.ofSeconds(1));
                alice.connect(bob);
                assertThat(next(alice, events))
                        .as("also when they are those that are known from before")
                        .isEqualTo(new PeerProtocolsChanged(bob.id(), bob.host().protocols()));
            }
        });
    }

    @Test
    void aPushOfAPartLeavesTheRestAsItWas() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            Connection connection = bob.connect(alice);
            try (Subscription<PeerProtocolsChanged> known =
                    alice.host().events().subscribe(PeerProtocolsChanged.class)) {
                if (protocols(bob, alice).isEmpty()) {
                    assertThat(next(alice, known)).isNotNull();
                }
            }
            world.sleep(Duration.ofSeconds(1));
            try (Subscription<HostEvent> events = alice.host().events().subscribe(HostEvent.class)) {
                byte[] onlyAgent = new ProtobufWriter().string(6, "another/1").toByteArray();
                try (Stream stream = connection.open(
                        Deadline.after(bob.environment(), Duration.ofSeconds(5)), Identify.PUSH_PROTOCOL)) {
                    stream.write(Delimited.frame(onlyAgent));
                }
                PeerIdentified identified = null;
                HostEvent event;
                while (identified == null
                        && (event = events.take(Deadline.after(alice.environment(), Duration.ofSeconds(30)))) != null) {
                    assertThat(event).isNotInstanceOf(PeerProtocolsChanged.class);
                    identified = event instanceof PeerIdentified found ? found : null;
                }
                assertThat(identified).isNotNull();
                assertThat(identified.agent()).isEqualTo("another/1");
                assertThat(identified.protocols()).isEqualTo(bob.host().protocols());
                assertThat(identified.addresses()).containsAll(bob.host().addresses());
            }
        });
    }

    /** A signed record takes no more, and go-libp2p and js-libp2p read no longer message. */
    @Test
    void aHostWithMoreAddressesThanARecordTakesTellsTheFirst() {
        World.underSeeds(2, world -> {
            List<Multiaddr> many = IntStream.rangeClosed(1, 150)
                    .mapToObj(i -> Multiaddr.parse("/ip4/10.1.0." + i + "/tcp/4001"))
                    .toList();
            HostAddressBook.Options usual = HostAddressBook.Options.DEFAULT;
            TestNode alice = world.node(
                    "alice",
                    builder -> builder.addresses(new HostAddressBook.Options(
                            many, List.of(), usual.filter(), many.size(), usual.observation())));
            TestNode bob = world.node("bob");
            alice.connect(bob); // no host answers at the addresses that it tells
            world.sleep(Duration.ofSeconds(2));
            assertThat(alice.host().addresses()).hasSize(many.size());
            assertThat(protocols(bob, alice)).isEqualTo(alice.host().protocols());
            assertThat(bob.host().peerstore().record(alice.id())).isNotNull();
        });
    }

    @Test
    void whatIsPrivateIsNeitherToldToAPeerOnTheInternetNorBelievedFromThere() {
        World.underSeeds(5, world -> {
            TestNode alice = world.node(
                    world.simulation().host("alice", "10.0.0.1", "8.8.1.1"),
                    builder -> {},
                    World.address("10.0.0.1"),
                    World.address("8.8.1.1"));
            TestNode far = world.node(
                    world.simulation().host("far", "8.8.1.2", "192.168.7.7"),
                    builder -> {},
                    World.address("8.8.1.2"),
                    World.address("192.168.7.7"));
            TestNode near =
                    world.node(world.simulation().host("near", "10.0.0.3"), builder -> {}, World.address("10.0.0.3"));
            Multiaddr open = Multiaddr.parse(World.address("8.8.1.1"));
            Multiaddr local = Multiaddr.parse(World.address("10.0.0.1"));
            far.host().connect(PeerAddress.of(alice.id(), List.of(open)));
            near.host().connect(PeerAddress.of(alice.id(), List.of(local)));
            world.sleep(Duration.ofSeconds(2));
            assertThat(far.host().peerstore().addresses(alice.id())).containsExactly(open);
            assertThat(alice.host().peerstore().addresses(far.id()))
                    .containsExactly(Multiaddr.parse(World.address("8.8.1.2")));
            assertThat(near.host().peerstore().addresses(alice.id())).containsExactlyInAnyOrder(open, local);
            // one who lies: a public peer that pushes an address in alice's network
            Connection lying = far.host().connections(alice.id()).getFirst();
            byte[] claim = new ProtobufWriter()
                    .bytes(2, Multiaddr.parse("/ip4/10.0.0.99/tcp/22").toBytes())
                    .toByteArray();
            try (Stream stream =
                    lying.open(Deadline.after(far.environment(), Duration.ofSeconds(5)), Identify.PUSH_PROTOCOL)) {
                stream.write(Delimited.frame(claim));
            }
            world.sleep(Duration.ofSeconds(2));
            assertThat(alice.host().peerstore().addresses(far.id()))
                    .allMatch(Multiaddr::isPublic)
                    .isNotEmpty();
        });
    }

    /** A service and a subscriber that write down what they hear. */
    private static final class Diary implements HostService {
        final List<String> lines = new ArrayList<>();
        Subscription<HostEvent> events;

        @Override
        public void start(Host host) {
            events = host.events().subscribe(HostEvent.class);
        }

        private void readEvents(PeerId peer) {
            HostEvent event;
            while ((event = events.poll()) != null) {
                switch (event) {
                    case ConnectednessChanged changed
                    when changed.peer().equals(peer) ->
                        lines.add(changed.connectedness() == Connectedness.NOT_CONNECTED ? "gone" : "there");
                    case PeerIdentified identified when identified.peer().equals(peer) -> lines.add("identified");
                    case PeerProtocolsChanged changed when changed.peer().equals(peer) -> lines.add("protocols");
                    default -> {}
                }
            }
        }

        @Override
        public void connectionOpened(Connection connection) {
            readEvents(connection.remotePeer());
            lines.add("opened");
        }

        @Override
        public void connectionClosed(Connection connection) {
            readEvents(connection.remotePeer());
            lines.add("closed");
        }

        @Override
        public void close() {
            events.close();
        }
    }

    @Test
    void eventsAndCallbacksComeInTheOrderThatIsWritten() {
        World.underSeeds(60, world -> {
            Diary diary = new Diary();
            TestNode alice = world.node("alice", builder -> builder.with(diary));
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(LATENCY);
            Set<String> seen = new LinkedHashSet<>();
            for (int i = 0; i < 3; i++) {
                Connection connection = alice.connect(bob);
                world.sleep(Duration.ofMillis(world.random().nextInt(0, 130)));
                connection.close(0, "enough");
                world.sleep(Duration.ofSeconds(2));
                diary.readEvents(bob.id());
                seen.addAll(diary.lines);
                assertThat(String.join(" ", diary.lines)).matches("there opened( (protocols|identified))* gone closed");
                diary.lines.clear();
            }
            assertThat(seen).contains("there", "gone");
        });
    }

    @Test
    void fourPeersThatChangeTheirMindsDoNotMakeThisHostPushToAllEachTime() {
        World.underSeeds(3, world -> {
            TestNode victim = world.node("victim");
            List<TestNode> honest = new ArrayList<>();
            List<TestNode> liars = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                honest.add(world.node("honest-" + i));
                honest.getLast().connect(victim);
            }
            for (int i = 0; i < 4; i++) {
                liars.add(world.node("liar-" + i));
            }
            List<Connection> lying = new ArrayList<>();
            for (TestNode liar : liars) {
                lying.add(liar.connect(victim));
            }
            world.sleep(Duration.ofSeconds(5));
            int before = honest.stream().mapToInt(node -> pushes(node)).sum();
            int refused = 0;
            for (int round = 0; round < 20; round++) {
                byte[] seen =
                        Multiaddr.parse("/ip4/10.77.0.1/tcp/" + (5000 + round)).toBytes();
                byte[] message =
                        Delimited.frame(new ProtobufWriter().bytes(4, seen).toByteArray());
                for (int i = 0; i < liars.size(); i++) {
                    try (Stream stream = lying.get(i)
                            .open(
                                    Deadline.after(liars.get(i).environment(), Duration.ofSeconds(5)),
                                    Identify.PUSH_PROTOCOL)) {
                        stream.write(message);
                        stream.closeWrite();
                        assertThat(stream.input().read()).isEqualTo(-1); // a refusal may come after all was written
                    } catch (StreamResetException tooOften) {
                        assertThat(tooOften.code()).isEqualTo(ErrorCode.STREAM_RATE_LIMITED);
                        refused++;
                    }
                }
                world.sleep(Duration.ofMillis(100));
            }
            assertThat(refused).as("pushes beyond ten at once").isEqualTo(4 * 10);
            world.sleep(Duration.ofSeconds(30));
            int after = honest.stream().mapToInt(node -> pushes(node)).sum();
            assertThat(after - before)
                    .as("pushes to eight honest peers in two seconds of lies")
                    .isLessThanOrEqualTo(8 * 4);
            assertThat(protocols(victim, honest.getFirst()))
                    .isEqualTo(victim.host().protocols());
        });
    }

    /** A peer takes ten pushes at once and then one every five seconds. */
    @Test
    void aPushThatIsRefusedForTheirNumberIsMadeOnceMoreSoThatTheLastChangeArrives() {
        World.underSeeds(20, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            alice.connect(bob);
            world.sleep(Duration.ofSeconds(2));
            int changes = 18;
            for (int i = 0; i < changes; i++) {
                alice.host().handle("/change/" + i, Stream::close);
                world.sleep(Duration.ofMillis(1100));
            }
            assertThat(protocols(alice, bob))
                    .as("while pushes come faster than they are taken")
                    .isNotEqualTo(alice.host().protocols());
            world.sleep(Duration.ofSeconds(15));
            assertThat(protocols(alice, bob)).isEqualTo(alice.host().protocols());
        });
    }

    @Test
    void aPeerThatRefusesEveryPushIsPushedToTwiceForEachChange() {
        World.underSeeds(5, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            AtomicInteger pushes = new AtomicInteger();
            bob.host().handle(Identify.PUSH_PROTOCOL, stream -> {
                pushes.incrementAndGet();
                stream.reset(ErrorCode.STREAM_RATE_LIMITED);
            });
            Connection connection = alice.connect(bob);
            world.sleep(Duration.ofMinutes(2)); // what the hosts learn of themselves at first is told too
            pushes.set(0);
            for (int change = 1; change <= 3; change++) {
                alice.host().handle("/change/" + change, Stream::close);
                world.sleep(Duration.ofMinutes(2));
                assertThat(pushes).hasValue(2 * change);
            }
            alice.host().handle("/change", Stream::close);
            world.sleep(Duration.ofSeconds(2));
            alice.host().handle("/another", Stream::close);
            world.sleep(Duration.ofMinutes(2));
            assertThat(pushes).as("a change while the one before waits").hasValue(6 + 1 + 2);
            connection.close(0, "bob never learns of the changes");
        });
    }

    private static int pushes(TestNode node) {
        return node.tally().inbound(Identify.PUSH_PROTOCOL);
    }
}
