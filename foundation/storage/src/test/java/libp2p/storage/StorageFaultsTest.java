package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledged writes exist after the power failed, and a full disk is reported and survived. */
class StorageFaultsTest {
    /** Looks after every commit for what is dead. */
    private static final DatastoreLimits TIDY = DatastoreLimits.DEFAULT.withTidyCommits(1);

    @TempDir
    Path folder;

    @AfterEach
    void endFaults() throws IOException {
        FaultyFiles.quota(Long.MAX_VALUE);
        FaultyFiles.crash(new Random(0));
    }

    private Datastore open() throws IOException {
        return open(DatastoreLimits.DEFAULT);
    }

    private Datastore open(DatastoreLimits limits) throws IOException {
        return FileDatastore.open(SystemEnvironment.shared(), FaultyFiles.name(folder.resolve("store")), limits);
    }

    @Test
    void acknowledgedWritesSurviveALossOfWhatWasNotForced() throws IOException {
        powerFails(30, DatastoreLimits.DEFAULT);
    }

    @Test
    @Tag("long")
    void acknowledgedWritesSurviveAThousandLossesOfWhatWasNotForced() throws IOException {
        powerFails(1000, DatastoreLimits.DEFAULT);
    }

    @Test
    void theyDoSoAlsoIfTheFileIsTidiedAtEveryStep() throws IOException {
        powerFails(30, TIDY);
    }

    @Test
    @Tag("long")
    void theyDoSoAThousandTimesAlsoIfTheFileIsTidiedAtEveryStep() throws IOException {
        powerFails(1000, TIDY);
    }

    private void powerFails(int rounds, DatastoreLimits limits) throws IOException {
        Map<String, String> expected = new TreeMap<>();
        Random random = new Random(11);
        for (int round = 0; round < rounds; round++) {
            Datastore store = open(limits);
            for (Map.Entry<String, String> each : expected.entrySet()) {
                assertThat(store.get(bytes(each.getKey())))
                        .as("round " + round + ": " + each.getKey())
                        .isEqualTo(bytes(each.getValue()));
            }
            assertThat(DatastoreContract.keys(store, "")).containsExactlyElementsOf(expected.keySet());
            for (int i = random.nextInt(20); i >= 0; i--) {
                store.write(batch(random, expected));
            }
            FaultyFiles.crash(random);
            assertThatThrownBy(() -> store.put(bytes("late"), bytes("v"))).isInstanceOf(IOException.class);
        }
    }

    /** Or later writes would rely on what the kernel shows and the disk does not have. */
    @Test
    void acknowledgedWritesAfterAForceThatFailedSurviveALossOfThePower() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        Random random = new Random(5);
        try (Datastore store = open()) {
            List<Change> many = new ArrayList<>(); // in many pages, so that later writes rely on those of earlier ones
            for (int i = 0; i < 200; i++) {
                expected.put("k" + i, ("v" + i).repeat(2000));
                many.add(new Change(bytes("k" + i), bytes(expected.get("k" + i))));
            }
            store.write(many);
        }
        for (int round = 0; round < 10; round++) {
            Datastore store = open();
            for (Map.Entry<String, String> each : expected.entrySet()) {
                assertThat(store.get(bytes(each.getKey())))
                        .as("round " + round + ": " + each.getKey())
                        .isEqualTo(bytes(each.getValue()));
            }
            assertThat(DatastoreContract.keys(store, ""))
                    .as("round " + round)
                    .containsExactlyElementsOf(expected.keySet());
            store.write(batch(random, expected));
            FaultyFiles.failToForce();
            List<Change> refused = batch(random, new TreeMap<>());
            assertThatThrownBy(() -> store.write(refused)).hasMessageContaining("Input/output error");
            for (int i = random.nextInt(5); i >= 0; i--) {
                store.write(batch(random, expected));
            }
            FaultyFiles.crash(random);
            assertThatThrownBy(() -> store.put(bytes("late"), bytes("v"))).isInstanceOf(IOException.class);
        }
    }

    private static byte[] bytes(String text) {
        return DatastoreContract.bytes(text);
    }

    private static List<Change> batch(Random random, Map<String, String> expected) {
        List<Change> batch = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String key = "k" + random.nextInt(200);
            if (random.nextInt(4) == 0) {
                expected.remove(key);
                batch.add(new Change(bytes(key), null));
            } else {
                String value = Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(60));
                expected.put(key, value);
                batch.add(new Change(bytes(key), bytes(value)));
            }
        }
        return batch;
    }

    @Test
    void aFullDiskIsToldOfAndWritesSucceedAgainWhenThereIsRoom() throws IOException {
        int acknowledged = 0;
        try (Datastore store = open()) {
            store.put(bytes("first"), bytes("v"));
            for (int round = 0; round < 3; round++) {
                FaultyFiles.quota(200_000L * (round + 1));
                IOException full = null;
                while (full == null) {
                    try {
                        store.put(bytes("k" + acknowledged), new byte[5000]);
                        acknowledged++;
                    } catch (IOException e) {
                        full = e;
                    }
                }
                assertThat(full).hasMessageContaining("store").hasMessageContaining("No space left on device");
                assertThat(store.get(bytes("k" + acknowledged)))
                        .as("the write that failed")
                        .isNull();
                assertEntries(store, acknowledged);
                FaultyFiles.quota(Long.MAX_VALUE);
                store.put(bytes("k" + acknowledged), new byte[5000]);
                acknowledged++;
            }
        }
        try (Datastore again = open()) {
            assertEntries(again, acknowledged);
        }
    }

    private static void assertEntries(Datastore store, int count) throws IOException {
        assertThat(store.get(bytes("first"))).isEqualTo(bytes("v"));
        for (int i = 0; i < count; i++) {
            assertThat(store.get(bytes("k" + i))).as("k" + i).hasSize(5000);
        }
        assertThat(DatastoreContract.keys(store, "")).hasSize(count + 1);
    }

    @Test
    void aScanThatIsUnderWayWhenTheDiskFillsUpFailsOrEndsWell() throws IOException {
        try (Datastore store = open()) {
            for (int i = 0; i < 30; i++) {
                store.put(bytes("k" + i), new byte[5000]);
            }
            FaultyFiles.quota(0);
            try (Datastore.Entries entries = store.scan(bytes("k"))) {
                assertThatThrownBy(() -> store.put(bytes("later"), new byte[5000]))
                        .isInstanceOf(IOException.class);
                int read = 0;
                try {
                    while (entries.next() != null) {
                        read++;
                    }
                    assertThat(read).isEqualTo(30);
                } catch (IOException closed) {
                    assertThat(closed).hasMessageContaining("store");
                }
            }
            FaultyFiles.quota(Long.MAX_VALUE);
            assertThat(DatastoreContract.keys(store, "k")).hasSize(30);
        }
    }

    /** What is given is what was stored, now or before; a file that has neither is named. */
    @Test
    void noFlippedBitChangesAnEntry() throws IOException {
        Path file = folder.resolve("store");
        List<List<String>> versions = new ArrayList<>();
        versions.add(List.of());
        try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
            List<String> entries = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                List<Change> batch = new ArrayList<>();
                for (int j = 0; j < 40; j++) {
                    entries.add("entry " + (100 * i + j));
                    batch.add(new Change(bytes(entries.getLast()), bytes("value of " + entries.getLast())));
                }
                store.write(batch);
                versions.add(entries.stream().sorted().toList());
            }
        }
        byte[] whole = Files.readAllBytes(file);
        int noticed = 0;
        for (int at = 31; at < whole.length; at += 311) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            Files.write(file, flipped);
            try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
                List<String> keys = DatastoreContract.keys(store, "");
                assertThat(versions).as("byte " + at).contains(keys);
                noticed += keys.equals(versions.getLast()) ? 0 : 1;
                for (String key : keys) {
                    assertThat(store.get(bytes(key))).as("byte " + at).isEqualTo(bytes("value of " + key));
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining(file.toString());
                noticed++;
            }
        }
        assertThat(noticed).isPositive();
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("plain"), "text");
        assertThatThrownBy(() -> FileDatastore.open(SystemEnvironment.shared(), notAFolder.resolve("store")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("plain");
    }
}
