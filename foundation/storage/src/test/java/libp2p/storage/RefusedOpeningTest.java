package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.core.testing.KilledProgram;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel drops the locks of a process with the first channel to the file that it closes, whichever has the lock. */
class RefusedOpeningTest {
    @TempDir
    private Path folder;

    /** Opens a datastore, or says why not. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) throws IOException {
            try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), Path.of(arguments[0]))) {
                System.out.println("opened " + store);
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void anOpeningThatWasRefusedInOneProcessLeavesTheFileLockedForOthers() throws Exception {
        Path file = folder.resolve("store");
        Path link = folder.resolve("link");
        try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
            store.put(new byte[] {1}, new byte[] {2});
            Files.createSymbolicLink(link, file);
            assertThatThrownBy(() -> FileDatastore.open(SystemEnvironment.shared(), file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process uses it");
            assertThatThrownBy(() -> FileDatastore.open(SystemEnvironment.shared(), link))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process uses it");
            System.gc(); // closes the channels that nothing refers to
            List<String> said = KilledProgram.printed(Opener.class, 1, file.toString());
            assertThat(said.getFirst()).contains("another process uses it");
        }
    }
}
