package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.protobuf.Delimited;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadRecord;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Servers that hold the values 1, 2 and 3 of one key, of which the highest is the best, and one that holds none. */
class DhtQuorumTest {
    private static final int SEEDS = 5;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final byte[] KEY = bytes("/v/key");

    /** A host that asks, and what the servers hold, by their names. */
    private static final class Shelves {
        private final World world;
        private final Map<String, byte[]> held = new TreeMap<>();
        private final TestNode reader;
        private int gets;

        Shelves(World world) throws Exception {
            this.world = world;
            reader = world.node(
                    "reader",
                    builder -> builder.with(
                            Kad.client().withPrefix("/test").withoutLocal().withValidator(new AnyValueValidator("v"))));
            for (String name : List.of("1", "2", "3", "none")) {
                TestNode server = world.node(name);
                if (!name.equals("none")) {
                    held.put(name, bytes(name));
                }
                server.host().handle(PROTOCOL, stream -> serve(name, stream));
                reader.connect(server);
            }
            world.sleep(MINUTE);
        }

        private void serve(String name, Stream stream) throws IOException {
            MessageLimits limits = MessageLimits.DEFAULT;
            for (byte[] bytes; (bytes = Delimited.readOrEnd(PROTOCOL, stream.input(), limits.bytes())) != null; ) {
                KadMessage request = KadMessage.decode(bytes, limits);
                KadMessage answer = KadMessage.of(request.type(), request.key());
                byte[] value = held.get(name);
                KadRecord record = request.record();
                if (request.type() == MessageType.PUT_VALUE && record != null) {
                    held.put(name, record.value());
                    answer = answer.withRecord(record);
                } else if (request.type() == MessageType.GET_VALUE) {
                    gets++;
                    answer = value == null ? answer : answer.withRecord(KadRecord.of(KEY, value));
                }
                Delimited.write(stream.output(), answer.toBytes());
            }
        }

        Dht dht() {
            return reader.host().find(Dht.class).orElseThrow();
        }

        Deadline soon() {
            return Deadline.after(reader.environment(), MINUTE);
        }

        /** Values that are corrected are sent after the search. */
        void settle() throws InterruptedException {
            world.sleep(MINUTE);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void ofThreeAnswersTheBestCountsAndThoseWithAWorseOneOrNoneGetIt() {
        World.underSeeds(SEEDS, world -> {
            Shelves shelves = new Shelves(world);
            assertThat(shelves.dht().getValue(KEY, 3, shelves.soon())).isEqualTo(bytes("3"));
            shelves.settle();
            assertThat(shelves.held).hasSizeGreaterThanOrEqualTo(3);
            for (String stale : List.of("1", "2", "3")) {
                assertThat(shelves.held.get(stale)).as(stale).isEqualTo(bytes("3"));
            }
        });
    }

    @Test
    void allThatAreResponsibleAreAskedWithoutAQuorumAndAllHoldTheBestAfterwards() {
        World.underSeeds(SEEDS, world -> {
            Shelves shelves = new Shelves(world);
            assertThat(shelves.dht().getValue(KEY, 0, shelves.soon())).isEqualTo(bytes("3"));
            assertThat(shelves.gets).isEqualTo(4);
            shelves.settle();
            assertThat(shelves.held)
                    .hasSize(4)
                    .allSatisfy((name, value) -> assertThat(value).isEqualTo(bytes("3")));
        });
    }

    @Test
    void resultsOfASearchGetBetterAsTheyCome() {
        World.underSeeds(SEEDS, world -> {
            Shelves shelves = new Shelves(world);
            List<String> improving = new ArrayList<>();
            try (Results<byte[]> results = shelves.dht().searchValue(KEY, 0, shelves.soon())) {
                for (byte[] value; (value = results.next()) != null; ) {
                    improving.add(new String(value, UTF_8));
                }
            }
            assertThat(improving).isSorted().doesNotHaveDuplicates().endsWith("3");
        });
    }
}
