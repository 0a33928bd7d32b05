package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDatastoreTest extends DatastoreContract {
    @TempDir
    Path folder;

    @Override
    protected Datastore open() throws IOException {
        return FileDatastore.open(SystemEnvironment.shared(), folder.resolve("data/store"));
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() throws IOException {
        try (Datastore store = open()) {
            store.put(bytes("a"), bytes("1"));
            store.put(bytes("b"), bytes("2"));
            store.delete(bytes("a"));
        }
        try (Datastore store = open()) {
            assertThat(keys(store, "")).containsExactly("b");
        }
    }

    @Test
    void aSecondOneIsToldThatTheFileIsInUse() throws IOException {
        try (Datastore store = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("another process");
            store.put(bytes("a"), bytes("1"));
        }
        open().close();
    }

    @Test
    void aFileOfAnotherKindIsRefusedAndLeftAlone() throws IOException {
        Path file = Files.createDirectories(folder.resolve("data")).resolve("store");
        byte[] content = "this is another text\n".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Files.write(file, content);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("no datastore");
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void writersOnManyThreadsAllFindTheirs() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        try (Datastore store = open()) {
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "w" + i + "/";
                writers.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int j = 0; j < 20; j++) {
                            store.put(bytes(name + j), bytes("v"));
                        }
                    } catch (IOException e) {
                        failed.incrementAndGet();
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failed).hasValue(0);
            assertThat(keys(store, "")).hasSize(320);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndNothingElse() throws Exception {
        try (Datastore store = open()) {
            Thread caller = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> store.put(bytes("a"), bytes("1"))).isInstanceOf(IOException.class);
            });
            caller.join();
            store.put(bytes("b"), bytes("2"));
            assertThat(store.get(bytes("b"))).isEqualTo(bytes("2"));
        }
    }

    @Test
    void overwritingDoesNotGrowTheFileWithoutEnd() throws IOException {
        try (Datastore store = open()) {
            for (int i = 0; i < 2000; i++) {
                store.put(bytes("k" + i % 50), new byte[1000]);
            }
        }
        assertThat(Files.size(folder.resolve("data/store"))).isLessThan(2_000_000);
    }

    /**
     * The worst for an engine that writes pages anew: every batch touches a little of all of them, and five versions
     * are kept.
     */
    @Test
    void aFileWhoseEntriesAreWrittenOverInAnyOrderStopsGrowing() throws IOException {
        Random random = new Random(3);
        Path file = folder.resolve("data/store");
        long[] largest = new long[2];
        try (Datastore store = open()) {
            for (int batch = 0; batch < 200; batch++) {
                List<Change> changes = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    byte[] value = new byte[250];
                    random.nextBytes(value);
                    changes.add(new Change(bytes("entry " + random.nextInt(20_000)), value));
                }
                store.write(changes);
                largest[batch / 100] = Math.max(largest[batch / 100], Files.size(file));
            }
        }
        assertThat(largest[1]).as("in the second half").isLessThan(largest[0] + (16 << 20));
        assertThat(largest[1]).isLessThan(80_000_000);
    }
}
