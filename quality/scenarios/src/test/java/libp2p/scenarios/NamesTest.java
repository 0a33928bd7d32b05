package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.record.InvalidRecordException;
import libp2p.ipns.Ipns;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.ipns.IpnsValidator;
import libp2p.ipns.NameService;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Names that hosts publish and resolve over the DHT, in simulated time. */
class NamesTest {
    private static final int SEEDS = 2;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String ONE = "/ipfs/bafkqaaa";
    private static final String TWO = "/ipfs/bafkqabiaaebagba";

    private static List<TestNode> nodes(World world, int count, Duration period) throws Exception {
        List<TestNode> nodes = new ArrayList<>();
        Environment clock = world.machine("clock");
        for (int i = 0; i < count; i++) {
            nodes.add(world.node(
                    "node-" + i,
                    builder -> builder.with(Kad.server()
                                    .withPrefix("/test")
                                    .withoutLocal()
                                    .withValidator(new IpnsValidator(clock)))
                            .with(new NameService(List.of(), period))));
            if (i > 0) {
                nodes.get(i).connect(nodes.getFirst());
            }
        }
        world.sleep(MINUTE);
        return nodes;
    }

    private static Ipns ipns(TestNode node) {
        return node.host().find(NameService.class).orElseThrow().ipns();
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), MINUTE);
    }

    private static IpnsName name(TestNode node) {
        return IpnsName.of(node.host().identity().publicKey());
    }

    private static IpnsRecord publish(TestNode node, String value) throws IOException {
        return ipns(node).publish(node.host().identity(), value, soon(node));
    }

    @Test
    void aNameIsResolvedByOthersAndFollowsChangesWhenItsTimeIsOver() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> nodes = nodes(world, 5, Duration.ofHours(4));
            TestNode writer = nodes.get(1);
            TestNode reader = nodes.get(4);
            assertThat(ipns(reader).resolve(name(writer), soon(reader))).isNull();
            assertThat(publish(writer, ONE).sequence()).isZero();
            assertThat(ipns(reader).resolve(name(writer), soon(reader)).value()).isEqualTo(ONE);
            assertThat(publish(writer, ONE).sequence()).as("the same").isZero();
            assertThat(publish(writer, TWO).sequence()).isEqualTo(1);
            assertThat(ipns(reader).resolve(name(writer), soon(reader)).value())
                    .as("remembered for five minutes")
                    .isEqualTo(ONE);
            world.sleep(Duration.ofMinutes(6));
            assertThat(ipns(reader).resolve(name(writer), soon(reader)).value()).isEqualTo(TWO);
            assertThat(ipns(reader).resolvePath("/ipns/" + name(writer) + "/a/b", soon(reader)))
                    .isEqualTo(TWO + "/a/b");
        });
    }

    @Test
    void namesThatStandForNamesAreFollowedButNotForEver() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> nodes = nodes(world, 4, Duration.ofHours(4));
            publish(nodes.get(0), ONE);
            publish(nodes.get(1), "/ipns/" + name(nodes.get(0)) + "/x");
            TestNode reader = nodes.get(3);
            assertThat(ipns(reader).resolvePath("/ipns/" + name(nodes.get(1)) + "/y", soon(reader)))
                    .isEqualTo(ONE + "/x/y");
            publish(nodes.get(2), "/ipns/" + name(nodes.get(2)));
            assertThatThrownBy(() -> ipns(reader).resolvePath("/ipns/" + name(nodes.get(2)), soon(reader)))
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageContaining("more than 32 names");
        });
    }

    @Test
    void whatWasPublishedIsPublishedAgainWithANewEnd() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> nodes = nodes(world, 4, Duration.ofMinutes(30));
            TestNode writer = nodes.get(1);
            Instant until = publish(writer, ONE).until();
            world.sleep(Duration.ofMinutes(100));
            IpnsRecord found = fresh(nodes.get(3)).resolve(name(writer), soon(nodes.get(3)));
            assertThat(found.until()).isAfterOrEqualTo(until.plus(Duration.ofMinutes(60)));
            assertThat(found.value()).isEqualTo(ONE);
            assertThat(found.sequence()).isZero();
        });
    }

    /** One that remembers nothing. */
    private static Ipns fresh(TestNode node) {
        return new Ipns(
                node.environment(),
                node.host().find(Dht.class).orElseThrow(),
                node.host().datastore("reader"));
    }

    @Test
    void publishingAgainDoesNotTakeBackWhatTheSameKeyHasPublishedElsewhere() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> nodes = nodes(world, 4, Duration.ofHours(4));
            Identity key = Identity.generate(world.machine("key"));
            IpnsName name = IpnsName.of(key.publicKey());
            ipns(nodes.get(0)).publish(key, ONE, soon(nodes.get(0)));
            assertThat(ipns(nodes.get(1)).publish(key, TWO, soon(nodes.get(1))).sequence())
                    .isEqualTo(1);
            IpnsRecord again = ipns(nodes.get(0)).republish(key, soon(nodes.get(0)));
            assertThat(again.value()).isEqualTo(TWO);
            assertThat(again.sequence()).isEqualTo(1);
            assertThat(fresh(nodes.get(3)).resolve(name, soon(nodes.get(3))).value())
                    .isEqualTo(TWO);
        });
    }

    @Test
    void whatNoPeerTookIsKeptAndPublishedLater() {
        World.underSeeds(SEEDS, world -> {
            Environment clock = world.machine("another clock");
            TestNode writer = world.node(
                    "writer",
                    builder -> builder.with(Kad.server()
                                    .withPrefix("/test")
                                    .withoutLocal()
                                    .withValidator(new IpnsValidator(clock)))
                            .with(new NameService(List.of(), Duration.ofMinutes(10))));
            assertThatThrownBy(() -> publish(writer, ONE)).isInstanceOf(IOException.class);
            List<TestNode> nodes = nodes(world, 3, Duration.ofHours(4));
            writer.connect(nodes.getFirst());
            world.sleep(Duration.ofMinutes(15));
            assertThat(ipns(nodes.get(2))
                            .resolve(name(writer), soon(nodes.get(2)))
                            .value())
                    .isEqualTo(ONE);
        });
    }
}
