package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.SegmentBlockStore;
import libp2p.core.datastore.Folders;
import libp2p.core.datastore.OwnerOnly;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Names of files survive a failure of the power, on a disk that forgets what was not forced. */
class DurableNamesTest {
    private static final int CRASHES = 50;

    private final LossyDisk disk = new LossyDisk();
    private final LossyFileSystem process = new LossyFileSystem(disk);

    private static Block block(int number) {
        byte[] data = new byte[1000];
        new Random(number).nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    private static SegmentBlockStore open(Path folder) throws IOException {
        return SegmentBlockStore.open(
                SystemEnvironment.shared(),
                folder,
                new MemoryDatastore(),
                BlockStoreLimits.DEFAULT.withSegmentBytes(4000));
    }

    @Test
    void everyFileOfTheBlockLogIsThereAfterAFailureOfThePower() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (SegmentBlockStore store = open(process.getPath("/data", "of", "blocks"))) {
            for (int i = 0; i < 12; i++) {
                blocks.add(block(i));
                store.put(blocks.getLast());
                for (int seed = 0; seed < CRASHES / 5; seed++) {
                    assertHas(disk.afterCrash(new Random(seed)), blocks);
                }
            }
        }
    }

    private static void assertHas(LossyDisk after, List<Block> blocks) throws IOException {
        try (SegmentBlockStore store = open(new LossyFileSystem(after).getPath("/data", "of", "blocks"))) {
            for (Block block : blocks) {
                assertThat(store.find(block.cid())).isEqualTo(block.data());
            }
        }
    }

    @Test
    void foldersAndFilesOfAnOwnerAreThereAfterAFailureOfThePower() throws IOException {
        OwnerOnly.folder(process.getPath("/some/where/data"));
        OwnerOnly.file(process.getPath("/some/where/data/index"));
        Folders.create(process.getPath("/some/where/else/deep"));
        for (int seed = 0; seed < CRASHES; seed++) {
            LossyFileSystem after = new LossyFileSystem(disk.afterCrash(new Random(seed)));
            assertThat(Files.exists(after.getPath("/some/where/data/index"))).isTrue();
            assertThat(Files.isDirectory(after.getPath("/some/where/else/deep")))
                    .isTrue();
        }
    }
}
