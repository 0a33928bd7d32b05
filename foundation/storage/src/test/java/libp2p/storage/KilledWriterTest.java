package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.testing.KilledProgram;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments under load: every acknowledged batch is there, and every batch whole or not at all.
 */
class KilledWriterTest {
    private static final int BATCH = 5;

    @TempDir
    Path folder;

    /** The process to kill: it writes batches from several threads for ever and prints each that was acknowledged. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            Datastore store = FileDatastore.open(SystemEnvironment.shared(), Path.of(arguments[0]));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = arguments[1] + "/" + i + "/";
                threads.add(Thread.ofPlatform().start(() -> write(store, name)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private static void write(Datastore store, String name) {
            try {
                for (int batch = 0; ; batch++) {
                    List<Change> changes = new ArrayList<>();
                    for (int i = 0; i < BATCH; i++) {
                        changes.add(new Change(DatastoreContract.bytes(name + batch + "/" + i), new byte[300]));
                    }
                    store.write(changes);
                    System.out.println(name + batch);
                }
            } catch (IOException e) {
                e.printStackTrace();
            }
        }
    }

    @Test
    void everythingAcknowledgedIsThereAfterFiveKills() throws Exception {
        kill(5);
    }

    @Test
    @Tag("long")
    void everythingAcknowledgedIsThereAfterAHundredKills() throws Exception {
        kill(100);
    }

    private void kill(int times) throws Exception {
        Path file = folder.resolve("store");
        Random random = new Random(5);
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < times; round++) {
            acknowledged.addAll(KilledProgram.printed(
                    Writer.class, 1 + random.nextInt(200), file.toString(), String.valueOf(round)));
        }
        try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
            for (String batch : acknowledged) {
                assertThat(DatastoreContract.keys(store, batch + "/")).as(batch).hasSize(BATCH);
            }
            assertThat(DatastoreContract.keys(store, "").size() % BATCH)
                    .as("batches are whole")
                    .isZero();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(times);
    }
}
