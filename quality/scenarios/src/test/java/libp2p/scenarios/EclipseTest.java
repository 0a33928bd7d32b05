package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.kad.Kad;
import libp2p.kad.key.Key;
import libp2p.protocols.ping.Ping;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Strangers come by the dozen and stay, in order to be the only peers of a host that are left. The honest ones were
 * there first: they answer its DHT and bring its messages. All hosts have public addresses, in as many networks as the
 * story says.
 */
class EclipseTest {
    private static final String TOPIC = "news";
    private static final int STREAMS = 4;
    private static final Duration TICK = Duration.ofSeconds(15);

    /** How many there are, and for how many the host has room. */
    private record Size(int honest, int strangers, int low, int high, ResourceLimits limits) {}

    /** A quarter of the original numbers. */
    private static final Size REDUCED = new Size(10, 52, 40, 48, ResourceLimits.scaled(2L << 30, 4096));

    /** Fewer, because all of them have meshes and routing tables to keep. */
    private static final Size BUSY = new Size(8, 24, 20, 24, ResourceLimits.scaled(2L << 30, 4096));

    /** As many as there are places, and each of them says something every sixteen minutes. */
    private static final Size QUIET = new Size(16, 30, 20, 24, ResourceLimits.scaled(2L << 30, 4096));

    /** Those with which the fault was found, and the default marks. */
    private static final Size ORIGINAL = new Size(40, 210, 160, 192, ResourceLimits.scaled(4L << 30, 4096));

    /** The host that is attacked, with its honest peers. */
    private static final class Field {
        private final World world;
        private final Size size;
        private final TestNode victim;
        private final List<TestNode> honest = new ArrayList<>();
        private final List<TestNode> strangers = new ArrayList<>();
        private final Map<TestNode, List<Stream>> streams = new HashMap<>();
        private int published;

        Field(World world, Size size) throws Exception {
            this.world = world;
            this.size = size;
            String ip = "5.6.7.8";
            SimulatedEnvironment machine = world.simulation().host("victim", ip);
            victim = world.node(
                    machine,
                    builder -> member(builder)
                            .limits(limits -> limits.withResources(size.limits())
                                    .with(
                                            TrimmingLimits.class,
                                            trimming -> trimming.withMarks(size.low(), size.high()))),
                    World.address(ip));
            subscribe(victim);
        }

        private static HostBuilder member(HostBuilder builder) {
            return builder.with(Kad.server().withPrefix("/test").withoutLocal()).with(GossipSub.create());
        }

        private static void subscribe(TestNode node) {
            GossipSub.on(node.host()).join(TOPIC).subscribe(message -> {});
        }

        /** Honest peers connect to the host, and each to the one before it, and talk for two minutes. */
        void meet() throws Exception {
            for (int i = 0; i < size.honest(); i++) {
                TestNode node = node("honest-" + i, "91." + i % 250 + ".0.1", builder -> member(builder));
                subscribe(node);
                node.connect(victim);
                if (i > 0) {
                    node.connect(honest.getLast());
                }
                honest.add(node);
            }
            pass(Duration.ofMinutes(2));
        }

        TestNode node(String name, String ip, Consumer<HostBuilder> settings) throws IOException {
            return world.node(world.simulation().host(name, ip), settings, World.address(ip));
        }

        /** Strangers connect once more whenever they are not, and each keeps streams on which it says next to nothing. */
        void stalk() {
            for (TestNode stranger : strangers) {
                List<Stream> kept = streams.computeIfAbsent(stranger, key -> new ArrayList<>());
                try {
                    if (stranger.connections(victim).isEmpty()) {
                        kept.clear();
                        stranger.connect(victim);
                    }
                    while (kept.size() < STREAMS) {
                        kept.add(stranger.open(victim, Ping.PROTOCOL));
                    }
                    for (Stream stream : kept) {
                        ping(stream);
                    }
                } catch (IOException refused) {
                    kept.clear(); // there is no room now
                }
            }
        }

        /** One ping, without which a stream would be ended after a minute. */
        private static void ping(Stream stream) throws IOException {
            stream.write(ByteBuffer.allocate(32));
            ByteBuffer answer = ByteBuffer.allocate(32);
            while (answer.hasRemaining()) {
                if (stream.read(answer) < 0) {
                    throw new IOException("the stream has ended");
                }
            }
        }

        /** Time passes in which the honest peers publish by turns and the strangers come back. */
        void pass(Duration time) throws Exception {
            for (long left = time.toSeconds(); left > 0; left -= TICK.toSeconds()) {
                int messages = size != QUIET ? 3 : left % 60 == 0 ? 1 : 0;
                for (int i = 0; i < messages && !honest.isEmpty(); i++) {
                    TestNode author = honest.get(published++ % honest.size());
                    GossipSub.on(author.host()).publish(TOPIC, ("message " + published).getBytes(UTF_8));
                }
                stalk();
                world.sleep(TICK);
            }
        }

        PubSubService pubsub() {
            return GossipSub.on(victim.host());
        }

        List<PeerId> ids(List<TestNode> nodes) {
            return nodes.stream().map(TestNode::id).toList();
        }

        /** All honest peers, on the connections that they had at first, and a mesh of them, for some minutes. */
        void requireThatTheHonestStay(Duration time) throws Exception {
            List<Connection> before = honest.stream()
                    .map(node -> node.host().connections(victim.id()).getFirst())
                    .toList();
            for (long left = time.toSeconds(); left > 0; left -= TICK.toSeconds()) {
                pass(TICK);
                assertThat(before)
                        .as("connections of honest peers, %s s before the end", left)
                        .allMatch(Connection::isOpen);
            }
            assertThat(pubsub().mesh(TOPIC)).as("honest members of the mesh").containsAnyElementsOf(ids(honest));
            assertThat(victim.host().connections().size()).as("connections").isLessThanOrEqualTo(size.high());
        }
    }

    private static void idleStrangers(Size size) {
        World.underSeeds(1, world -> {
            Field field = new Field(world, size);
            field.meet();
            assertThat(field.pubsub().mesh(TOPIC)).as("the mesh before").hasSizeGreaterThanOrEqualTo(5);
            for (int i = 0; i < size.strangers(); i++) {
                field.strangers.add(field.node("stranger-" + i, "92." + i % 250 + ".0.1", builder -> {}));
            }
            field.requireThatTheHonestStay(Duration.ofMinutes(4));
            assertThat(field.pubsub().mesh(TOPIC)).as("the mesh").hasSizeGreaterThanOrEqualTo(5);
        });
    }

    @Test
    void strangersWithIdleStreamsPushOutNoHonestPeer() {
        idleStrangers(REDUCED);
    }

    @Test
    @Tag("long")
    void strangersWithIdleStreamsPushOutNoHonestPeerInTheOriginalNumbers() {
        idleStrangers(ORIGINAL);
    }

    /** They are in the DHT next to the host, with ids that were made for it, and in its mesh, but are good for nothing. */
    @Test
    void strangersThatImitateMembersDoNotOutrankThem() {
        World.underSeeds(1, world -> {
            Field field = new Field(world, BUSY);
            field.meet();
            Key place = Key.of(field.victim.id());
            for (int i = 0; i < BUSY.strangers(); i++) {
                String ip = "92." + i % 250 + ".0.1";
                SimulatedEnvironment machine = world.simulation().host("imitator-" + i, ip);
                Identity near = near(machine, place, 3 + i % 3);
                TestNode stranger =
                        world.node(machine, builder -> Field.member(builder.identity(near)), World.address(ip));
                Field.subscribe(stranger);
                field.strangers.add(stranger);
            }
            field.requireThatTheHonestStay(Duration.ofMinutes(4));
        });
    }

    /** They say much, each for itself, on a topic where honest peers say little, and so bring nearly all that comes. */
    @Test
    void strangersThatPublishMuchOnAQuietTopicDoNotPushOutThoseThatWereThereFirst() {
        World.underSeeds(1, world -> {
            Field field = new Field(world, QUIET);
            field.meet();
            List<Connection> before = field.honest.stream()
                    .map(node -> node.host().connections(field.victim.id()).getFirst())
                    .toList();
            for (int i = 0; i < QUIET.strangers(); i++) {
                TestNode stranger = field.node(
                        "author-" + i, "92." + i % 250 + ".0.1", builder -> builder.with(GossipSub.create()));
                Field.subscribe(stranger);
                field.strangers.add(stranger);
            }
            for (int turn = 0; turn < 18; turn++) {
                field.pass(TICK);
                for (TestNode stranger : field.strangers) {
                    GossipSub.on(stranger.host()).publish(TOPIC, ("noise " + turn).getBytes(UTF_8));
                    GossipSub.on(stranger.host()).publish(TOPIC, ("more noise " + turn).getBytes(UTF_8));
                }
            }
            assertThat(before.stream().filter(Connection::isOpen))
                    .as("connections of honest peers")
                    .hasSizeGreaterThanOrEqualTo(QUIET.low() / 4);
            assertThat(field.pubsub().mesh(TOPIC)).containsAnyElementsOf(field.ids(field.honest));
        });
    }

    private static Identity near(SimulatedEnvironment machine, Key place, int shared) {
        Identity identity = Identity.generate(machine);
        while (Key.of(identity.peerId()).commonPrefix(place) < shared) {
            identity = Identity.generate(machine);
        }
        return identity;
    }

    /** They were there first and hold all that the limits of a machine of 1 GiB let be; the marks are the default. */
    @Test
    void anHonestPeerGetsInAndStaysWhereStrangersHoldAllPlacesOfASmallMachine() {
        World.underSeeds(1, world -> {
            Size small = new Size(4, 70, 160, 192, ResourceLimits.scaled(128 << 20, 4096));
            Field field = new Field(world, small);
            for (int i = 0; i < small.strangers(); i++) {
                field.strangers.add(field.node("stranger-" + i, "92." + i % 250 + ".0.1", builder -> {}));
            }
            field.pass(Duration.ofMinutes(3));
            for (int i = 0; i < small.honest(); i++) {
                TestNode node = field.node("honest-" + i, "91." + i + ".0.1", builder -> Field.member(builder));
                Field.subscribe(node);
                field.honest.add(node);
            }
            for (int turn = 0; turn < 12; turn++) { // they try again now and then, as hosts do
                for (TestNode node : field.honest) {
                    if (node.connections(field.victim).isEmpty()) {
                        try {
                            node.connect(field.victim);
                        } catch (IOException refused) {
                            continue;
                        }
                    }
                }
                field.pass(TICK);
            }
            List<Host> inside = field.honest.stream()
                    .map(TestNode::host)
                    .filter(host -> !host.connections(field.victim.id()).isEmpty())
                    .toList();
            assertThat(inside).as("honest peers that got in").isNotEmpty();
            List<Connection> held = inside.stream()
                    .map(host -> host.connections(field.victim.id()).getFirst())
                    .toList();
            field.pass(Duration.ofMinutes(3));
            assertThat(held).allMatch(Connection::isOpen);
        });
    }
}
