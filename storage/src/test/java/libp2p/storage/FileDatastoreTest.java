package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDatastoreTest extends DatastoreContract {
    @TempDir
    Path folder;

    @Override
    Datastore open() throws IOException {
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
        byte[] content = "this is somebody's text\n".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
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
}
