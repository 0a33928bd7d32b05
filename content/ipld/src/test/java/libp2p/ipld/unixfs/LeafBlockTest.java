package libp2p.ipld.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import libp2p.ipld.Block;
import libp2p.ipld.codec.DagPb;
import org.junit.jupiter.api.Test;

/** Leaves that are made in place are the blocks that the encoder makes, and nothing else is taken for one. */
final class LeafBlockTest {
    private static final int[] LENGTHS = {
        1, 2, 100, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 16_370, 16_376, 16_377,
        16_378, 16_380, 16_383, 16_384, 262_144, 1_048_576, 2_097_000
    };

    @Test
    void aLeafInPlaceIsTheBlockOfTheEncoder() {
        for (int length : LENGTHS) {
            byte[] data = new byte[length];
            new Random(length).nextBytes(data);
            byte[] expected = encoded(UnixFsType.FILE, data);
            byte[] block = new byte[LeafBlock.before(length) + length + LeafBlock.after(length)];
            System.arraycopy(data, 0, block, LeafBlock.before(length), length);
            LeafBlock.frame(block, UnixFsType.FILE, length);
            assertThat(block).isEqualTo(expected);
            assertThat(LeafBlock.of(block)).isEqualTo(new LeafBlock(LeafBlock.before(length), length));
            assertThat(LeafBlock.of(encoded(UnixFsType.RAW, data))).isNotNull();
        }
    }

    @Test
    void noOtherBlockIsTakenForALeaf() {
        byte[] data = new byte[300];
        byte[] leaf = encoded(UnixFsType.FILE, data);
        for (int i = 0; i < leaf.length; i++) {
            boolean isData = i >= LeafBlock.before(300) && i < LeafBlock.before(300) + 300;
            for (int bit = 0; bit < 8 && !isData; bit++) {
                byte[] changed = leaf.clone();
                changed[i] ^= (byte) (1 << bit);
                LeafBlock found = LeafBlock.of(changed);
                boolean isOtherType = bit == 1 && i == 4; // FILE (2) becomes RAW (0)
                assertThat(found == null || isOtherType)
                        .as("byte %d bit %d", i, bit)
                        .isTrue();
            }
        }
        assertThat(LeafBlock.of(encoded(UnixFsType.DIRECTORY, data))).isNull();
        assertThat(LeafBlock.of(encoded(UnixFsType.SYMLINK, data))).isNull();
        assertThat(LeafBlock.of(new byte[0])).isNull();
        assertThat(LeafBlock.of(new byte[9])).isNull();
    }

    @Test
    void aFileOfAnyLengthHasTheBlocksThatItHadByOneChunkAtATime() throws IOException {
        for (int length : new int[] {0, 1, 999, 1000, 1001, 2000, 4095, 4096, 4097, 5000, 8192, 10_000}) {
            for (int size : new int[] {1000, 4096, 5000}) {
                byte[] data = new byte[length];
                new Random(length).nextBytes(data);
                List<Block> blocks = new java.util.ArrayList<>();
                ImportOptions options = ImportOptions.V0_2015.withChunker("size-" + size);
                new FileImporter(options, blocks::add).add(new ByteArrayInputStream(data));
                for (int at = 0, i = 0; at < length; at += size, i++) {
                    byte[] piece = java.util.Arrays.copyOfRange(data, at, Math.min(length, at + size));
                    assertThat(blocks.get(i).data()).isEqualTo(encoded(UnixFsType.FILE, piece));
                }
                blocks.forEach(block -> assertThat(Block.matches(block.cid().hash(), block.data()))
                        .isTrue());
            }
        }
    }

    private static byte[] encoded(UnixFsType type, byte[] data) {
        return DagPb.write(List.of(), UnixFsNode.file(type, data, data.length, List.of(), Metadata.NONE));
    }
}
