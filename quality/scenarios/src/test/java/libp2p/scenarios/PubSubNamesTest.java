package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.Identity;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.PubSub;
import libp2p.core.routing.Results;
import libp2p.core.routing.ValueStore;
import libp2p.ipns.Ipns;
import libp2p.ipns.IpnsLimits;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.ipns.NameService;
import libp2p.ipns.PubSubNames;
import libp2p.protocols.fetch.Fetch;
import libp2p.pubsub.GossipSub;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Names by topics of publish and subscribe between whole hosts, without a DHT, in simulated time. */
class PubSubNamesTest {
    private static final String ONE = "/ipfs/bafkqaaa";
    private static final String TWO = "/ipfs/bafkqabiaaebagba";

    private static void names(HostBuilder builder) {
        Fetch fetch = new Fetch();
        PubSubNames names = new PubSubNames(fetch::fetch);
        fetch.register("/ipns/", (peer, key) -> names.known(key));
        builder.with(fetch).with(names).with(GossipSub.create()).with(new NameService());
    }

    private static TestNode node(World world, String name, TestNode... neighbours) throws Exception {
        TestNode node = world.node(name, PubSubNamesTest::names);
        for (TestNode neighbour : neighbours) {
            node.connect(neighbour);
        }
        world.sleep(Duration.ofSeconds(5));
        return node;
    }

    private static Ipns ipns(TestNode node) {
        return node.host().find(NameService.class).orElseThrow().ipns();
    }

    private static PubSubNames topics(TestNode node) {
        return node.host().find(PubSubNames.class).orElseThrow();
    }

    private static IpnsName name(TestNode node) {
        return IpnsName.of(node.host().identity().publicKey());
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofMinutes(1));
    }

    private static IpnsRecord publish(TestNode node, String value) throws IOException {
        return ipns(node).publish(node.host().identity(), value, Duration.ofHours(48), Duration.ZERO, soon(node));
    }

    private static String resolve(TestNode node, IpnsName name) throws IOException {
        IpnsRecord record = ipns(node).resolve(name, soon(node));
        return record == null ? null : record.value();
    }

    @Test
    void aRecordIsFetchedFromTheTopicAndChangesFollowIt() {
        World.underSeeds(2, world -> {
            TestNode writer = node(world, "writer");
            publish(writer, ONE);
            TestNode reader = node(world, "reader", writer);
            assertThat(resolve(reader, name(writer))).as("by fetch").isEqualTo(ONE);
            world.sleep(Duration.ofSeconds(5));
            publish(writer, TWO);
            world.sleep(Duration.ofSeconds(5));
            assertThat(resolve(reader, name(writer))).as("by the topic").isEqualTo(TWO);
            assertThat(topics(reader).followed()).containsExactly(name(writer));
            TestNode late = node(world, "late", reader);
            assertThat(resolve(late, name(writer))).as("from another reader").isEqualTo(TWO);
        });
    }

    @Test
    void whatIsNotSignedByTheKeyIsBelievedByNobody() {
        World.underSeeds(2, world -> {
            TestNode writer = node(world, "writer");
            publish(writer, ONE);
            TestNode reader = node(world, "reader", writer);
            assertThat(resolve(reader, name(writer))).isEqualTo(ONE);
            TestNode liar = node(world, "liar", reader, writer);
            PubSub open = liar.host().find(PubSub.class).orElseThrow();
            String topic = PubSubNames.topic(name(writer));
            open.subscribe(topic, message -> {});
            world.sleep(Duration.ofSeconds(5));
            Identity other = Identity.generate(liar.environment());
            open.publish(
                    topic,
                    IpnsRecord.create(
                                    other,
                                    TWO,
                                    9,
                                    liar.environment().wallClock().plus(Duration.ofHours(1)),
                                    Duration.ofMinutes(1))
                            .toBytes());
            open.publish(topic, "nonsense".getBytes(StandardCharsets.UTF_8));
            world.sleep(Duration.ofSeconds(5));
            assertThat(resolve(reader, name(writer))).isEqualTo(ONE);
            assertThatThrownBy(() -> topics(reader)
                            .putValue(
                                    name(writer).routingKey(),
                                    "nonsense".getBytes(StandardCharsets.UTF_8),
                                    soon(reader)))
                    .isInstanceOf(InvalidRecordException.class);
            assertThatThrownBy(() -> topics(reader).putValue(new byte[] {1}, new byte[1], soon(reader)))
                    .isInstanceOf(InvalidRecordException.class);
        });
    }

    /** What the DHT holds. */
    private static final class Held implements HostService, ValueStore {
        private final AtomicReference<byte[]> value = new AtomicReference<>();
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public void putValue(byte[] key, byte[] put, Deadline deadline) {
            value.set(put);
        }

        @Override
        public byte[] getValue(byte[] key, Deadline deadline) {
            asked.incrementAndGet();
            return value.get();
        }

        @Override
        public byte[] getValue(byte[] key, int quorum, Deadline deadline) {
            return getValue(key, deadline);
        }

        @Override
        public Results<byte[]> searchValue(byte[] key, int quorum, Deadline deadline) {
            return Results.none();
        }

        @Override
        public void start(Host host) {}

        @Override
        public void close() {}
    }

    @Test
    void thePeersOfATopicRollNoNameBack() {
        World.underSeeds(2, world -> {
            Held held = new Held();
            TestNode reader = world.node("reader", builder -> {
                names(builder);
                builder.with(held);
            });
            Identity writer = Identity.generate(reader.environment());
            IpnsName name = IpnsName.of(writer.publicKey());
            Instant until = reader.environment().wallClock().plus(Duration.ofHours(1));
            byte[] old = IpnsRecord.create(writer, ONE, 1, until, Duration.ZERO).toBytes();
            held.value.set(
                    IpnsRecord.create(writer, TWO, 7, until, Duration.ZERO).toBytes());
            TestNode liar = node(world, "liar", reader);
            topics(liar).putValue(name.routingKey(), old, soon(liar));
            world.sleep(Duration.ofSeconds(5));
            assertThat(resolve(reader, name)).isEqualTo(TWO);
            assertThat(resolve(reader, name)).isEqualTo(TWO);
            assertThat(held.asked).as("asked once in a while").hasValue(1);
            held.value.set(
                    IpnsRecord.create(writer, ONE, 8, until, Duration.ZERO).toBytes());
            world.sleep(IpnsLimits.CHECKED);
            assertThat(resolve(reader, name)).as("the topic holds it back").isEqualTo(ONE);
        });
    }

    /** Ten peers of a topic, four of which come first in the order of ids, hear the question and are silent. */
    @Test
    void silentPeersOfATopicHoldUpNoName() {
        World.underSeeds(2, world -> {
            Held held = new Held();
            TestNode reader = world.node("reader", builder -> {
                names(builder);
                builder.with(held);
            });
            TestNode writer = node(world, "writer", reader);
            publish(writer, ONE);
            String topic = PubSubNames.topic(name(writer));
            List<TestNode> silent = new ArrayList<>();
            while (silent.size() < 10) {
                TestNode one = world.node("silent" + silent.size(), builder -> builder.with(GossipSub.create()));
                one.host().handle(Fetch.PROTOCOL, HandlerOptions.DEFAULT, stream -> stream.detach());
                one.connect(reader);
                GossipSub.on(one.host()).subscribe(topic, message -> {});
                silent.add(one);
            }
            world.sleep(Duration.ofSeconds(5));
            held.value.set(IpnsRecord.create(
                            writer.host().identity(),
                            ONE,
                            0,
                            reader.environment().wallClock().plus(Duration.ofHours(1)),
                            Duration.ZERO)
                    .toBytes());
            Duration time =
                    world.timed(() -> assertThat(resolve(reader, name(writer))).isEqualTo(ONE));
            assertThat(time).isLessThan(Duration.ofSeconds(1));
            TestNode other = node(world, "other", writer);
            for (TestNode one : silent) {
                one.connect(other);
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(resolve(other, name(writer))).as("without another store").isEqualTo(ONE);
        });
    }

    @Test
    void fewTopicsAreFollowedAndRecordsEnd() {
        World.underSeeds(1, world -> {
            TestNode reader = node(world, "reader");
            Identity writer = Identity.generate(reader.environment());
            IpnsName name = IpnsName.of(writer.publicKey());
            IpnsRecord record = IpnsRecord.create(
                    writer, ONE, 0, reader.environment().wallClock().plus(Duration.ofMinutes(10)), Duration.ZERO);
            topics(reader).putValue(name.routingKey(), record.toBytes(), soon(reader));
            assertThat(topics(reader).known(name.routingKey())).isEqualTo(record.toBytes());
            world.sleep(Duration.ofMinutes(11));
            assertThat(topics(reader).known(name.routingKey())).isNull();
            publish(reader, ONE);
            for (int i = 0; i < IpnsLimits.FOLLOWED + 10; i++) {
                IpnsName some =
                        IpnsName.of(Identity.generate(reader.environment()).publicKey());
                assertThat(resolve(reader, some)).isNull();
            }
            assertThat(topics(reader).followed()).hasSize(IpnsLimits.FOLLOWED).doesNotContain(name);
            assertThat(topics(reader).followed()).as("the owner's name").contains(name(reader));
            assertThat(resolve(reader, name(reader))).isEqualTo(ONE);
            PubSub open = reader.host().find(PubSub.class).orElseThrow();
            assertThat(open.topics()).hasSize(IpnsLimits.FOLLOWED);
        });
    }
}
