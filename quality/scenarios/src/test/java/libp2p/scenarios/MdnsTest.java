package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.UdpSocket;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.discovery.mdns.Mdns;
import libp2p.discovery.mdns.Mdns.Options;
import libp2p.discovery.mdns.PeerDiscovered;
import libp2p.discovery.mdns.PeerExpired;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsRecord;
import libp2p.discovery.mdns.dns.DnsType;
import libp2p.simulator.Lan;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Hosts that find each other by multicast DNS on simulated local networks. */
class MdnsTest {
    private static final int SEEDS = 5;
    private static final Options QUIET = Options.DEFAULT.withConnections(0);
    private static final DnsName SERVICE = DnsName.parse("_p2p._udp.local");
    private static final InetSocketAddress GROUP = new InetSocketAddress("224.0.0.251", 5353);

    private static TestNode node(World world, SimulatedEnvironment machine, Options options) throws Exception {
        List<String> listen = machine.addresses().stream()
                .map(ip -> World.address(ip.getHostAddress()))
                .toList();
        return world.node(machine, builder -> builder.with(new Mdns(options)), listen.toArray(String[]::new));
    }

    private static Mdns mdns(TestNode node) {
        return node.host().find(Mdns.class).orElseThrow();
    }

    private static List<PeerId> known(TestNode node) {
        return mdns(node).peers().stream().map(peer -> peer.peer()).toList();
    }

    private static UdpSocket join(SimulatedEnvironment machine, Lan lan) throws Exception {
        for (LinkInterface link : machine.network().interfaces()) {
            if (link.name().equals(lan.name())) {
                return machine.network().joinMulticast(link, GROUP);
            }
        }
        throw new AssertionError("no interface " + lan.name());
    }

    /** Notes the messages that a socket receives. */
    private static List<DnsMessage> hear(UdpSocket socket) {
        List<DnsMessage> heard = new ArrayList<>();
        socket.onReadable(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(9_001);
            try {
                while (socket.tryReceive(buffer.clear()) != null) {
                    heard.add(DnsMessage.decode(java.util.Arrays.copyOf(buffer.array(), buffer.position())));
                }
            } catch (java.io.IOException closed) {
                return 0;
            }
            return 0;
        });
        return heard;
    }

    @Test
    void hostsOnTheSameNetworkFindAndDialEachOtherAndThoseElsewhereDoNot() {
        World.underSeeds(SEEDS, world -> {
            Lan home = world.network().lan("home");
            Lan office = world.network().lan("office");
            List<TestNode> nodes = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                SimulatedEnvironment machine = world.simulation().host("host-" + i, "10.0.0." + i, "fd00::" + i);
                (i < 4 ? home : office).attach(machine);
                nodes.add(node(world, machine, Options.DEFAULT));
            }
            world.sleep(Duration.ofSeconds(5));
            for (TestNode node : nodes.subList(0, 3)) {
                assertThat(known(node)).hasSize(2).doesNotContain(node.id());
                assertThat(node.host().connections()).hasSizeGreaterThanOrEqualTo(2);
                assertThat(mdns(node).findPeer(known(node).getFirst(), Deadline.NONE))
                        .as("IPv4 and IPv6")
                        .hasSize(2);
            }
            assertThat(known(nodes.get(3))).isEmpty();
        });
    }

    @Test
    void aHostThatListensOnLoopbackAloneIsToldThatNoPeerWillFindIt() {
        Logger logger = (Logger) LoggerFactory.getLogger(Mdns.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        logger.addAppender(told);
        try {
            World.underSeeds(1, world -> {
                SimulatedEnvironment machine = world.simulation().host("alone", "10.0.0.1");
                world.network().lan("home").attach(machine);
                world.node(machine, builder -> builder.with(new Mdns(QUIET)), World.address("10.0.0.1"));
                assertThat(told.list).isEmpty();
                machine = world.simulation().host("lonely", "10.0.0.2", "127.0.0.1");
                world.network().lan("home").attach(machine);
                world.node(machine, builder -> builder.with(new Mdns(QUIET)), World.address("127.0.0.1"));
                assertThat(told.list).singleElement().asString().contains("no address to tell");
            });
        } finally {
            logger.detachAppender(told);
        }
    }

    @Test
    void aHostOfTwoNetworksKnowsBothAndPassesNoPeerOn() {
        World.underSeeds(SEEDS, world -> {
            SimulatedEnvironment left = world.simulation().host("left", "10.0.0.1");
            SimulatedEnvironment middle = world.simulation().host("middle", "10.0.0.2", "10.9.0.2");
            SimulatedEnvironment right = world.simulation().host("right", "10.9.0.3");
            world.network().lan("a").attach(left).attach(middle, "10.0.0.2");
            world.network().lan("b").attach(right).attach(middle, "10.9.0.2");
            TestNode one = node(world, left, QUIET);
            TestNode two = node(world, middle, QUIET);
            TestNode three = node(world, right, QUIET);
            world.sleep(Duration.ofSeconds(5));
            assertThat(known(two)).containsExactlyInAnyOrder(one.id(), three.id());
            assertThat(known(one)).containsExactly(two.id());
            assertThat(known(three)).containsExactly(two.id());
        });
    }

    @Test
    void whoLeavesWithAWordIsGoneAtOnceAndWhoFallsSilentWhenItsTimeIsOver() {
        World.underSeeds(SEEDS, world -> {
            Lan home = world.network().lan("home");
            List<TestNode> nodes = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                SimulatedEnvironment machine = world.simulation().host("host-" + i, "10.0.0." + i);
                home.attach(machine);
                nodes.add(node(world, machine, QUIET));
            }
            TestNode watching = nodes.getFirst();
            try (Subscription<PeerExpired> expired = watching.host().events().subscribe(PeerExpired.class)) {
                world.sleep(Duration.ofSeconds(5));
                assertThat(known(watching)).hasSize(2);
                nodes.get(1).host().close();
                world.sleep(Duration.ofSeconds(2));
                assertThat(expired.poll())
                        .isEqualTo(new PeerExpired(nodes.get(1).id()));
                world.sleep(Duration.ofMinutes(30));
                assertThat(known(watching))
                        .as("who stays is asked again in time")
                        .containsExactly(nodes.get(2).id());
                home.detach(nodes.get(2).environment());
                world.sleep(Duration.ofMinutes(2).plusSeconds(30));
                assertThat(expired.poll())
                        .isEqualTo(new PeerExpired(nodes.get(2).id()));
                assertThat(expired.poll()).isNull();
                assertThat(known(watching)).isEmpty();
            }
        });
    }

    @Test
    void aHostFindsItsPeersOnANetworkThatItJoinsLater() {
        World.underSeeds(SEEDS, world -> {
            Lan home = world.network().lan("home");
            SimulatedEnvironment first = world.simulation().host("first", "10.0.0.1");
            SimulatedEnvironment second = world.simulation().host("second", "10.0.0.2");
            home.attach(first);
            TestNode one = node(world, first, QUIET);
            TestNode two = node(world, second, QUIET);
            try (Subscription<PeerDiscovered> found = one.host().events().subscribe(PeerDiscovered.class)) {
                world.sleep(Duration.ofMinutes(1));
                assertThat(found.poll()).isNull();
                home.attach(second);
                world.sleep(Duration.ofSeconds(15));
                assertThat(found.poll())
                        .isEqualTo(new PeerDiscovered(two.id(), two.host().addresses()));
                assertThat(one.host().peerstore().addresses(two.id()))
                        .isEqualTo(two.host().addresses());
            }
        });
    }

    @Test
    void lostPacketsAreMadeUpFor() {
        World.underSeeds(SEEDS, world -> {
            Lan home = world.network().lan("home");
            SimulatedEnvironment first = world.simulation().host("first", "10.0.0.1");
            SimulatedEnvironment second = world.simulation().host("second", "10.0.0.2");
            home.attach(first).attach(second);
            world.network().link(first, second).loss(0.5).duplication(0.3).jitter(Duration.ofMillis(50));
            TestNode one = node(world, first, QUIET);
            TestNode two = node(world, second, QUIET);
            try (var byOne = one.host().events().subscribe(PeerDiscovered.class);
                    var byTwo = two.host().events().subscribe(PeerDiscovered.class)) {
                world.sleep(Duration.ofMinutes(20));
                assertThat(byOne.poll())
                        .isEqualTo(new PeerDiscovered(two.id(), two.host().addresses()));
                assertThat(byTwo.poll())
                        .isEqualTo(new PeerDiscovered(one.id(), one.host().addresses()));
            }
        });
    }

    @Test
    void theQuestionsOfToolsAreAnsweredAtMostOnceInASecondEach() {
        World.inExactTime(SEEDS, world -> {
            Lan home = world.network().lan("home");
            SimulatedEnvironment machine = world.simulation().host("host", "10.0.0.1", "fd00::1");
            SimulatedEnvironment tool = world.simulation().host("tool", "10.0.0.2");
            home.attach(machine).attach(tool);
            TestNode node = node(world, machine, QUIET);
            world.sleep(Duration.ofSeconds(20));
            UdpSocket socket = join(tool, home);
            List<DnsMessage> heard = hear(socket);
            DnsName meta = DnsName.parse("_services._dns-sd._udp.local");
            DnsName instance = ask(world, socket, heard, SERVICE, DnsType.PTR);
            assertThat(heard.getLast().answers())
                    .containsExactly(new DnsRecord(SERVICE, false, 120, new DnsRecord.Pointer(instance)));
            DnsRecord text = heard.getLast().additionals().getFirst();
            assertThat(((DnsRecord.Text) text.data()).strings())
                    .containsExactlyElementsOf(node.host().fullAddresses().stream()
                            .map(address -> "dnsaddr=" + address)
                            .toList());
            ask(world, socket, heard, meta, DnsType.PTR);
            assertThat(heard.getLast().answers())
                    .containsExactly(new DnsRecord(meta, false, 120, new DnsRecord.Pointer(SERVICE)));
            ask(world, socket, heard, instance, DnsType.SRV);
            assertThat(heard.getLast().answers())
                    .singleElement()
                    .satisfies(record -> assertThat(record.data())
                            .isInstanceOfSatisfying(
                                    DnsRecord.Service.class,
                                    srv -> assertThat(srv.port()).isEqualTo(4001)));
            DnsName host =
                    ((DnsRecord.Service) heard.getLast().answers().getFirst().data()).target();
            ask(world, socket, heard, instance, DnsType.TXT);
            assertThat(heard.getLast().answers()).containsExactly(text);
            ask(world, socket, heard, host, DnsType.AAAA);
            assertThat(heard.getLast().answers())
                    .extracting(DnsRecord::data)
                    .containsExactly(new DnsRecord.Address(InetAddress.ofLiteral("fd00::1")));
            world.sleep(Duration.ofSeconds(2));
            int before = heard.size();
            for (int i = 0; i < 100; i++) {
                socket.send(query(SERVICE, DnsType.PTR), GROUP);
                world.sleep(Duration.ofMillis(50));
            }
            long answers = heard.subList(before, heard.size()).stream()
                    .filter(DnsMessage::response)
                    .count();
            assertThat(answers).as("in five seconds").isBetween(4L, 6L);
            before = heard.size();
            DnsRecord known = new DnsRecord(SERVICE, false, 100, new DnsRecord.Pointer(instance));
            world.sleep(Duration.ofSeconds(2));
            socket.send(
                    ByteBuffer.wrap(DnsMessage.query(
                                    List.of(new DnsMessage.Question(SERVICE, DnsType.PTR, false)), List.of(known))
                            .encode()),
                    GROUP);
            world.sleep(Duration.ofSeconds(1));
            assertThat(heard.subList(before, heard.size()).stream()
                            .filter(DnsMessage::response)
                            .skip(1))
                    .as("what the asker knows is not said again")
                    .isEmpty();
            socket.close();
        });
    }

    private static ByteBuffer query(DnsName name, int type) {
        return ByteBuffer.wrap(DnsMessage.query(List.of(new DnsMessage.Question(name, type, false)), List.of())
                .encode());
    }

    /** Asks, waits, and returns the name that the answer points to, if it points. */
    private static DnsName ask(World world, UdpSocket socket, List<DnsMessage> heard, DnsName name, int type)
            throws Exception {
        world.sleep(Duration.ofSeconds(2));
        socket.send(query(name, type), GROUP);
        world.sleep(Duration.ofMillis(200));
        assertThat(heard.getLast().response()).isTrue();
        return heard.getLast().answers().getFirst().data() instanceof DnsRecord.Pointer pointer
                ? pointer.target()
                : name;
    }

    @Test
    void whoAsksFromAnotherPortIsAnsweredAloneToo() {
        World.inExactTime(SEEDS, world -> {
            Lan home = world.network().lan("home");
            SimulatedEnvironment machine = world.simulation().host("host", "10.0.0.1");
            SimulatedEnvironment tool = world.simulation().host("tool", "10.0.0.2");
            home.attach(machine).attach(tool);
            node(world, machine, QUIET);
            world.sleep(Duration.ofSeconds(5));
            UdpSocket socket = tool.network().bindUdp(new InetSocketAddress("10.0.0.2", 6_000));
            List<DnsMessage> heard = hear(socket);
            // As a program does it that multicasts from an ordinary port: the simulator lets members alone send there.
            UdpSocket relay = tool.network()
                    .joinMulticast(tool.network().interfaces().getLast(), new InetSocketAddress("224.0.0.251", 6_000));
            relay.send(query(SERVICE, DnsType.PTR), GROUP);
            world.sleep(Duration.ofMillis(300));
            assertThat(heard).singleElement().satisfies(answer -> {
                assertThat(answer.questions()).hasSize(1);
                assertThat(answer.answers())
                        .allSatisfy(record -> assertThat(record.ttl()).isLessThanOrEqualTo(10));
            });
            for (int i = 0; i < 200; i++) {
                relay.send(query(SERVICE, DnsType.PTR), GROUP);
            }
            world.sleep(Duration.ofSeconds(2));
            assertThat(heard).as("a flood of questions").hasSizeLessThan(30);
            relay.close();
            socket.close();
        });
    }

    @Test
    void aFloodOfInventedPeersAndOfBrokenPacketsIsBoundedAndHidesNoPeer() {
        World.inExactTime(2, world -> {
            Lan home = world.network().lan("home");
            SimulatedEnvironment first = world.simulation().host("first", "10.0.0.1");
            SimulatedEnvironment second = world.simulation().host("second", "10.0.0.2");
            SimulatedEnvironment attacker = world.simulation().host("attacker", "10.0.0.66");
            home.attach(first).attach(second).attach(attacker);
            TestNode one = node(world, first, Options.DEFAULT);
            UdpSocket socket = join(attacker, home);
            Random random = new Random(1);
            List<PeerId> invented = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                invented.add(Identity.generate(attacker).peerId());
            }
            for (int i = 0; i < 3_000; i++) {
                byte[] packet;
                if (i % 3 == 0) {
                    packet = new byte[random.nextInt(600)];
                    random.nextBytes(packet);
                } else {
                    DnsName instance = SERVICE.child("flood" + i);
                    String text = "dnsaddr=/ip4/10.0.0.66/tcp/9/p2p/" + invented.get(i % invented.size());
                    packet = DnsMessage.answer(
                                    List.of(new DnsRecord(SERVICE, false, 4_500, new DnsRecord.Pointer(instance))),
                                    List.of(new DnsRecord(instance, true, 4_500, new DnsRecord.Text(List.of(text)))))
                            .encode();
                }
                socket.send(ByteBuffer.wrap(packet), GROUP);
                if (i % 10 == 0) {
                    world.sleep(Duration.ofMillis(10));
                }
            }
            assertThat(mdns(one).peers()).hasSizeBetween(1, 64);
            assertThat(mdns(one).dropped()).as("more than 200 in a second").isGreaterThan(1_500);
            assertThat(one.tally().dials()).as("dials while the flood lasts").isLessThan(400);
            world.sleep(Duration.ofSeconds(2));
            TestNode two = node(world, second, Options.DEFAULT);
            world.sleep(Duration.ofSeconds(5));
            assertThat(known(one)).contains(two.id());
            assertThat(one.connections(two)).isNotEmpty();
            socket.close();
        });
    }

    @Test
    void privateNetworksDoNotSeeEachOther() {
        World.underSeeds(2, world -> {
            Lan home = world.network().lan("home");
            List<TestNode> nodes = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                SimulatedEnvironment machine = world.simulation().host("host-" + i, "10.0.0." + i);
                home.attach(machine);
                nodes.add(node(world, machine, i < 3 ? QUIET : QUIET.withPrivateNetwork("00ff")));
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(known(nodes.get(0))).containsExactly(nodes.get(1).id());
            assertThat(known(nodes.get(2))).containsExactly(nodes.get(3).id());
        });
    }

    /** A host closes in some time, if one of its services takes leave slowly; questions come meanwhile. */
    @Test
    void nothingIsSaidAfterTheGoodbye() {
        World.underSeeds(SEEDS, world -> {
            SimulatedEnvironment machine = world.machine("leaving");
            SimulatedEnvironment near = world.machine("staying");
            SimulatedEnvironment late = world.machine("asking");
            world.network().lan("lan").attach(machine).attach(near).attach(late);
            TestNode staying = node(world, near, QUIET);
            TestNode leaving = world.node(
                    machine,
                    builder ->
                            builder.with(new Mdns(QUIET)).with(assembly -> assembly.service(new SlowFarewell(world))),
                    World.address(machine.addresses().getFirst().getHostAddress()));
            world.sleep(Duration.ofSeconds(5));
            assertThat(known(staying)).contains(leaving.id());
            world.spawn("close", () -> leaving.close(world.simulation()));
            world.sleep(Duration.ofMillis(500));
            TestNode asking = node(world, late, QUIET);
            world.sleep(Duration.ofSeconds(3));
            assertThat(known(staying)).doesNotContain(leaving.id());
            assertThat(known(asking)).doesNotContain(leaving.id());
        });
    }

    /** A service that takes ten seconds to say farewell. */
    private record SlowFarewell(World world) implements HostService {
        @Override
        public void start(Host host) {}

        @Override
        public void closing(Deadline deadline) {
            try {
                world.sleep(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {}
    }
}
