package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.core.testing.KilledProgram;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.storage.FileDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed loses nothing that it was told is stored. */
class KilledStoreTest {
    private static final int KILLS = 3;
    private static final int BATCH = 20;

    @TempDir
    private Path folder;

    /** Stores batches for ever, and says each number when its batch is stored. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            try (SegmentBlockStore store = open(Path.of(arguments[0]))) {
                for (int batch = Integer.parseInt(arguments[1]); batch >= 0; batch++) {
                    List<Block> blocks = new ArrayList<>();
                    for (int i = 0; i < BATCH; i++) {
                        blocks.add(block(batch * BATCH + i));
                    }
                    store.putAll(blocks);
                    System.out.println(batch);
                }
            }
        }
    }

    private static SegmentBlockStore open(Path folder) throws IOException {
        return SegmentBlockStore.open(
                SystemEnvironment.shared(),
                folder.resolve("blocks"),
                FileDatastore.open(SystemEnvironment.shared(), folder.resolve("index")),
                BlockStoreLimits.DEFAULT.withSegmentBytes(1 << 20).withUnindexed(100));
    }

    private static Block block(int number) {
        byte[] data = new byte[1000 + number % 3000];
        new Random(number).nextBytes(data);
        ByteBuffer.wrap(data).putInt(number);
        return Block.of(Multicodec.RAW, data);
    }

    @Test
    void everyBatchThatWasAcknowledgedIsThereAfterAKill() throws Exception {
        int stored = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> said =
                    KilledProgram.printed(Writer.class, 16 + 7 * kill, folder.toString(), Integer.toString(stored));
            stored = Integer.parseInt(said.getLast()) + 1;
            try (SegmentBlockStore store = open(folder)) {
                for (int number = 0; number < stored * BATCH; number++) {
                    Block block = block(number);
                    assertThat(store.find(block.cid())).as("block " + number).isEqualTo(block.data());
                }
            }
        }
    }
}
