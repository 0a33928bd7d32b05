package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.datastore.Datastore;
import libp2p.core.failure.NetworkException;
import libp2p.core.protobuf.Delimited;
import libp2p.kad.Kad;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadRecord;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.storage.MemoryDatastore;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** An old value that a stranger sends again at the moment at which its owner replaces it. */
class ReplayedValueTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final byte[] KEY = "/s/name".getBytes(UTF_8);
    private static final Duration DISK = Duration.ofMillis(500);

    /** A disk on which one read takes a while. */
    private static final class SlowDisk implements Datastore {
        private final MemoryDatastore inner = new MemoryDatastore();
        private final World world;
        private int slowReads;

        SlowDisk(World world) {
            this.world = world;
        }

        @Override
        public byte[] get(byte[] key) throws IOException {
            byte[] value = inner.get(key);
            if (slowReads > 0) {
                slowReads--;
                try {
                    world.sleep(DISK);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return value;
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            inner.write(batch);
        }

        @Override
        public Entries scan(Scan scan) throws IOException {
            return inner.scan(scan);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static KadMessage ask(TestNode asking, TestNode server, KadMessage question) throws IOException {
        try (Stream stream = asking.open(server, PROTOCOL)) {
            Delimited.write(stream.output(), question.toBytes());
            byte[] answer = Delimited.read(PROTOCOL, stream.input(), MessageLimits.DEFAULT.bytes());
            return KadMessage.decode(answer, MessageLimits.DEFAULT);
        }
    }

    private static KadMessage put(int number) {
        return KadMessage.putValue(KadRecord.of(KEY, SequenceValidator.value(KEY, number)));
    }

    @Test
    void theNewerValueThatWasConfirmedStays() {
        World.underSeeds(3, world -> {
            SlowDisk disk = new SlowDisk(world);
            TestNode server = world.node(
                    "server",
                    builder -> builder.with(Kad.server()
                            .withPrefix("/test")
                            .withoutLocal()
                            .withoutRefresh()
                            .withValidator(new SequenceValidator())
                            .withDatastore(disk)));
            TestNode owner = world.node("owner");
            TestNode stranger = world.node("stranger");
            owner.connect(server);
            stranger.connect(server);
            ask(owner, server, put(1));
            world.sleep(Duration.ofSeconds(5));
            disk.slowReads = 1;
            world.together(
                    () -> {
                        try {
                            ask(stranger, server, put(1));
                        } catch (NetworkException refused) {
                            // as it should be
                        }
                    },
                    () -> {
                        world.sleep(DISK.dividedBy(2));
                        ask(owner, server, put(2));
                    });
            KadRecord kept = ask(owner, server, KadMessage.of(MessageType.GET_VALUE, KEY))
                    .record();
            assertThat(kept).isNotNull();
            assertThat(kept.value()).isEqualTo(SequenceValidator.value(KEY, 2));
        });
    }
}
