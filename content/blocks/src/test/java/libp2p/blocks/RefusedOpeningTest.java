package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.core.testing.KilledProgram;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel drops the locks of a process with the first channel to the file that it closes, whichever has the lock. */
class RefusedOpeningTest {
    @TempDir
    private Path folder;

    /** Opens a store, or says why not. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) throws IOException {
            try (SegmentBlockStore store = open(Path.of(arguments[0]))) {
                System.out.println("opened with " + store.usage().blocks() + " blocks");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static SegmentBlockStore open(Path folder) throws IOException {
        return SegmentBlockStore.open(
                SystemEnvironment.shared(), folder, new MemoryDatastore(), BlockStoreLimits.DEFAULT);
    }

    @Test
    void anOpeningThatWasRefusedInOneProcessLeavesTheStoreLockedForOthers() throws Exception {
        try (SegmentBlockStore store = open(folder)) {
            assertThat(store.usage().blocks()).isZero();
            assertThatThrownBy(() -> open(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process uses it");
            List<String> said = KilledProgram.printed(Opener.class, 1, folder.toString());
            assertThat(said.getFirst()).contains("another process uses it");
        }
    }
}
