package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.blocks.BlockStoreLimits;
import libp2p.ipld.Block;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
    private static final int SIZE = 10_000;

    @TempDir
    Path folder;

    private final List<Block> blocks = new ArrayList<>();

    @BeforeEach
    void store() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 5; i++) {
            byte[] data = new byte[SIZE];
            random.nextBytes(data);
            blocks.add(Block.of(Multicodec.RAW, HashFunction.SHA2_256, data));
        }
        try (Repository repository = open()) {
            repository.blocks().putAll(blocks);
        }
    }

    private Repository open() throws IOException {
        return Repository.open(SystemEnvironment.shared(), folder, BlockStoreLimits.DEFAULT);
    }

    private void damage(int at, byte[] with) throws IOException {
        try (RandomAccessFile log =
                new RandomAccessFile(folder.resolve("blocks/00000000.blocks").toFile(), "rw")) {
            log.seek(at);
            log.write(with);
        }
    }

    @Test
    void aDamagedBlockIsNamedWithFileAndOffsetUntilItIsHealed() throws IOException {
        damage(2 * SIZE, new byte[8]);
        try (Repository repository = open()) {
            for (int i = 0; i < 2; i++) { // the second time it is known already, and missing
                assertThat(new Verification(repository).read(bytes -> {}))
                        .singleElement()
                        .satisfies(damage -> {
                            assertThat(damage.hash())
                                    .isEqualTo(blocks.get(1).cid().hash());
                            assertThat(damage.reason()).containsPattern("00000000.blocks at [1-9][0-9]* is damaged");
                            assertThat(damage.isMissing()).isTrue();
                        });
            }
            repository.blocks().put(blocks.get(1));
            assertThat(new Verification(repository).read(bytes -> {})).isEmpty();
        }
    }

    @Test
    void whatCannotEvenBeNamedIsToldByFileAndOffset() throws IOException {
        damage(0, new byte[64]); // the head of the first record, with its multihash
        Files.delete(folder.resolve("index"));
        try (Repository repository = open()) {
            assertThat(new Verification(repository).read(bytes -> {}))
                    .singleElement()
                    .satisfies(damage -> {
                        assertThat(damage.hash()).isNull();
                        assertThat(damage.reason())
                                .containsPattern("00000000.blocks from 0 to 1[0-9]{4}: no whole record");
                    });
            assertThat(repository.blocks().usage().blocks()).isEqualTo(4);
        }
    }
}
