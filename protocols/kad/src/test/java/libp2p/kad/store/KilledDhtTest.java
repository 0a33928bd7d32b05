package libp2p.kad.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import libp2p.core.datastore.Datastore;
import libp2p.core.testing.KilledProgram;
import libp2p.storage.FileDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is killed loses no value, no key to announce, and no note of an announcement that it was told is stored.
 */
class KilledDhtTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:34:00Z");
    private static final int BATCH = 10;

    @TempDir
    private Path folder;

    /** Stores for ever, and says each number when all of it is stored. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            try (Datastore datastore = open(Path.of(arguments[0]))) {
                RecordStore records = RecordStore.open(datastore, StoreLimits.DEFAULT, new Random(1));
                ProvidedKeys keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
                for (int batch = Integer.parseInt(arguments[1]); batch >= 0; batch++) {
                    List<byte[]> more = new ArrayList<>();
                    for (int i = 0; i < BATCH; i++) {
                        more.add(key(batch * BATCH + i));
                    }
                    if (!records.put(key(batch), value(batch), "", NOW)) {
                        throw new IOException("record " + batch + " has no room");
                    }
                    keys.add(more);
                    keys.announced(keys.due(NOW), NOW, NOW.plusSeconds(1 + batch));
                    System.out.println(batch);
                }
            }
        }
    }

    private static Datastore open(Path folder) throws IOException {
        return FileDatastore.open(SystemEnvironment.shared(), folder.resolve("dht"));
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(34)
                .put((byte) 0x12)
                .put((byte) 32)
                .putInt(number)
                .array();
    }

    private static byte[] value(int number) {
        return ByteBuffer.allocate(200 + number % 1000).putInt(number).array();
    }

    @Test
    void nothingThatWasAcknowledgedIsLostByAKill() throws Exception {
        kill(3);
    }

    @Test
    @Tag("long")
    void nothingThatWasAcknowledgedIsLostByAHundredKills() throws Exception {
        kill(100);
    }

    private void kill(int kills) throws Exception {
        int stored = 0;
        for (int kill = 0; kill < kills; kill++) {
            stored = runAndKill(stored, stored + 5 + 7 * (kill % 4));
            try (Datastore datastore = open(folder)) {
                RecordStore records = RecordStore.open(datastore, StoreLimits.DEFAULT, new Random(1));
                ProvidedKeys keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
                assertThat(keys.size()).isGreaterThanOrEqualTo(stored * BATCH);
                long announced = keys.due(NOW.plusSeconds(1 << 30)).stream()
                        .filter(key -> key.announced() == NOW.toEpochMilli())
                        .count();
                assertThat(announced).isGreaterThanOrEqualTo((long) stored * BATCH);
                for (int number = 0; number < stored; number++) {
                    assertThat(Objects.requireNonNull(records.get(key(number), NOW), "record " + number)
                                    .value())
                            .isEqualTo(value(number));
                }
            }
        }
    }

    /** Returns how many batches the writer has acknowledged by its end. */
    private int runAndKill(int from, int until) throws Exception {
        List<String> said =
                KilledProgram.printed(Writer.class, until - from + 1, folder.toString(), Integer.toString(from));
        return Integer.parseInt(said.getLast()) + 1;
    }
}
